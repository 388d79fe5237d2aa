"""Our SketchRNN with the textbook's weights says what the textbook says."""

import pytest
import torch

from engine.models.mdn import nll_sums
from engine.models.registry import make_model
from tests.benchmarks.bench_train import copy_weights
from tests.benchmarks.textbook_sketchrnn import TextbookConfig, TextbookSketchRNN, textbook_nats
from tests.engine.models.test_sketchrnn import uneven_batch

SIZES = {"encoder_hidden": 6, "latent": 4, "mixtures": 3}


@pytest.mark.parametrize("latent", [0, 4])
@torch.no_grad()
def test_the_same_weights_give_the_same_nats(latent):
    torch.manual_seed(0)
    sizes = {**SIZES, "latent": latent}
    textbook = TextbookSketchRNN(TextbookConfig(decoder_hidden=8, **sizes)).eval()
    for parameter in textbook.parameters():
        parameter.add_(0.1 * torch.randn_like(parameter))
    options = {"hidden": 8, "cell": "layer_norm", "absolute_position": False}
    ours = make_model("sketchrnn", {**options, **sizes}).eval()
    copy_weights(textbook, ours)
    rows, lengths = uneven_batch()
    outputs, divergence = textbook(rows, lengths)
    code = ours.encode(rows, lengths)
    torch.testing.assert_close(code.nats, divergence)
    mine = nll_sums(ours(rows[:, :-1], code.condition), rows[:, 1:], lengths, 3)
    theirs = textbook_nats(outputs, rows[:, 1:], lengths, 3)
    # Theirs keeps the correlation a thousandth below 1, ours clamps it: hence the tolerance.
    torch.testing.assert_close(mine.xy, theirs[0], rtol=2e-3, atol=0)
    torch.testing.assert_close(mine.pen, theirs[1])
