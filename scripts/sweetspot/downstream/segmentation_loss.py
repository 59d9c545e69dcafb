"""The segmenter's loss: focal plus Tversky, on a batch for training and pooled over a whole set for judging."""

from __future__ import annotations

import torch
from torch import nn

from sweetspot.config.segmenter import Segmenter
from sweetspot.hidden_module import hidden_module

# Where Transformers is installed MONAI imports it, for seconds, and for networks that are not used here.
with hidden_module("transformers"):
    from monai.losses import FocalLoss, TverskyLoss


class BatchLoss(nn.Module):
    """Training loss of a batch of logits z, with p = sigmoid(z), and lesions y, both (batch, 1, height, width).

        w mean(-(1 - p_y)^gamma log p_y) + 1 - (TP + e) / (TP + alpha FP + beta FN + e)

    p_y is the probability given to the truth, and TP = sum p y, FP = sum p (1 - y), FN = sum (1 - p) y run over all
    pixels of the batch. They are not taken slice by slice, since for a slice without lesion the Tversky loss is 1
    whatever is predicted, unless that is nearly nothing. e = 1e-5.

    Sources: Lin et al., ICCV 2017 (focal); Salehi et al., MLMI 2017 (Tversky); both as in MONAI.
    """

    def __init__(self, config: Segmenter) -> None:
        super().__init__()
        self.focal_weight = config.focal_weight
        self.focal = FocalLoss(gamma=config.focal_gamma)
        self.tversky = TverskyLoss(
            sigmoid=True, alpha=config.tversky_false_positives, beta=config.tversky_false_negatives, batch=True
        )

    def forward(self, logits: torch.Tensor, lesions: torch.Tensor) -> torch.Tensor:
        """The loss, a scalar."""
        return self.focal_weight * self.focal(logits, lesions) + self.tversky(logits, lesions)


class PooledLoss:
    """`BatchLoss` of a whole set as one batch, gathered from parts of any size.

    So the loss of a set depends on no batch size and no order, and slices without lesion count through their false
    positives, as they do in training.
    """

    def __init__(self, config: Segmenter) -> None:
        self.of_batch = BatchLoss(config)
        # MONAI's "sum" is the sum over slices of the mean over pixels.
        self.focal_of_slices = FocalLoss(gamma=config.focal_gamma, reduction="sum")
        self.slices = 0
        self.focal = 0.0
        self.overlap = torch.zeros(3, dtype=torch.float64)

    @torch.no_grad()
    def add(self, logits: torch.Tensor, lesions: torch.Tensor) -> None:
        """Count in the next slices; both (batch, 1, height, width)."""
        self.slices += len(logits)
        self.focal += float(self.focal_of_slices(logits, lesions))
        probability = logits.sigmoid()
        both = (probability * lesions).sum(dtype=torch.float64)
        parts = torch.stack([both, probability.sum(dtype=torch.float64), lesions.sum(dtype=torch.float64)])
        self.overlap += parts.cpu()

    def value(self) -> float:
        """The loss of all slices so far."""
        both, predicted, true = self.overlap.tolist()
        tversky = self.of_batch.tversky
        wrong = tversky.alpha * (predicted - both) + tversky.beta * (true - both)
        index = (both + tversky.smooth_nr) / (both + wrong + tversky.smooth_dr)
        return self.of_batch.focal_weight * self.focal / self.slices + 1 - index
