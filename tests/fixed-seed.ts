import fc from 'fast-check';

// `npm test` judges a change: the same tree must give the same verdict. The long tests draw new seeds.
fc.configureGlobal({ seed: 20_261_123 });
