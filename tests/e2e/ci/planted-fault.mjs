// Loaded before the command (node --import): a fault inside it must end with the exit code of a bug, and say so.
JSON.stringify = () => {
  throw new TypeError('planted');
};
