"""The mask-conditional denoising network of the first paper: a U-Net with linear attention."""

from __future__ import annotations

import torch
from diffusers.models.downsampling import Downsample2D
from diffusers.models.embeddings import TimestepEmbedding, Timesteps
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.unets.unet_2d import UNet2DOutput
from diffusers.models.upsampling import Upsample2D
from torch import nn
from torch.nn.functional import pixel_shuffle, pixel_unshuffle

from sweetspot.config.mask_generator import MaskGenerator


class MaskUNet(nn.Module):
    """Maps (x_t, t, mask) to the noise or velocity, of the shape of x_t (paper 1, Section 6).

    The mask is concatenated to x_t at the input. Each stage of the way down: ResNet blocks, linear attention with a
    residual, a strided convolution (none in the last stage); then a bottleneck of ResNet blocks with linear attention;
    the way up mirrors the way down and takes, at each stage, what the way down left there.
    """

    def __init__(self, config: MaskGenerator, image_channels: int, mask_channels: int) -> None:
        super().__init__()
        self.patch = config.patch
        widths = config.channels
        attention = config.linear_attention or (True,) * len(widths)
        time_width = 4 * widths[0]
        self.sinusoids = Timesteps(widths[0], flip_sin_to_cos=True, downscale_freq_shift=0)
        self.time = TimestepEmbedding(widths[0], time_width)
        inputs = (image_channels + mask_channels) * config.patch**2
        self.input = nn.Conv2d(inputs, widths[0], config.input_kernel, padding=config.input_kernel // 2)

        def stage(first: int, width: int, attends: bool) -> nn.ModuleList:
            blocks = [
                ResnetBlock2D(
                    in_channels=first if number == 0 else width,
                    out_channels=width,
                    temb_channels=time_width,
                    groups=config.norm_groups,
                )
                for number in range(config.blocks_per_stage)
            ]
            last = LinearAttention(width, config.attention_heads, config.attention_head_channels) if attends else None
            return nn.ModuleList([*blocks, last or nn.Identity()])

        self.down = nn.ModuleList(
            stage(first, width, attends)
            for first, width, attends in zip((widths[0], *widths[:-1]), widths, attention, strict=True)
        )
        self.downsample = nn.ModuleList(Downsample2D(width, use_conv=True) for width in widths[:-1])
        self.bottleneck = stage(widths[-1], widths[-1], True)
        below = (widths[-1], *reversed(widths[1:]))
        self.up = nn.ModuleList(
            stage(under + width, width, attends)
            for under, width, attends in zip(below, reversed(widths), reversed(attention), strict=True)
        )
        self.upsample = nn.ModuleList(Upsample2D(width, use_conv=True) for width in reversed(widths[1:]))
        self.norm = nn.GroupNorm(config.norm_groups, widths[0])
        self.output = nn.Conv2d(widths[0], image_channels * config.patch**2, 3, padding=1)

    def forward(self, noisy: torch.Tensor, timestep: torch.Tensor | int, masks: torch.Tensor) -> UNet2DOutput:
        """The prediction as `.sample`, float (batch, image channels, height, width).

        Parameters
        ----------
        noisy : x_t, float (batch, image channels, height, width).
        timestep : t, one for all images or one for each, (batch,).
        masks : 0 or 1, (batch, mask channels, height, width).
        """
        times = torch.as_tensor(timestep, device=noisy.device).expand(len(noisy))
        time = self.time(self.sinusoids(times).to(noisy.dtype))
        hidden = pixel_unshuffle(torch.cat([noisy, masks.to(noisy.dtype)], 1), self.patch)
        hidden = self.input(hidden.contiguous(memory_format=torch.channels_last))
        left = []
        for level, stage in enumerate(self.down):
            hidden = _run_stage(stage, hidden, time)
            left.append(hidden)
            if level < len(self.downsample):
                hidden = self.downsample[level](hidden)
        hidden = _run_stage(self.bottleneck, hidden, time)
        for level, stage in enumerate(self.up):
            hidden = _run_stage(stage, torch.cat([hidden, left.pop()], 1), time)
            if level < len(self.upsample):
                hidden = self.upsample[level](hidden)
        hidden = self.output(nn.functional.silu(self.norm(hidden)))
        return UNet2DOutput(sample=pixel_shuffle(hidden, self.patch))


def _run_stage(stage: nn.ModuleList, hidden: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
    *blocks, attention = stage
    for block in blocks:
        hidden = block(hidden, time)
    return attention(hidden)


class LinearAttention(nn.Module):
    """Attention whose cost is linear in the number of pixels, with a residual (Shen et al., WACV 2021).

    out = x + W [ softmax_channels(Q) (softmax_pixels(K)^T V) ],   Q, K, V = 1 x 1 convolutions of the normalised x.
    """

    def __init__(self, channels: int, heads: int, head_channels: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(1, channels)
        self.to_qkv = nn.Conv2d(channels, 3 * heads * head_channels, 1, bias=False)
        self.to_out = nn.Conv2d(heads * head_channels, channels, 1)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Both (batch, channels, height, width)."""
        height, width = hidden.shape[-2:]
        qkv = self.to_qkv(self.norm(hidden)).flatten(2).unflatten(1, (3, self.heads, -1))
        query, key, value = qkv.unbind(1)  # each (batch, heads, head channels, pixels)
        query = query.softmax(-2) * query.shape[-2] ** -0.5
        context = torch.einsum("bhcn,bhdn->bhcd", key.softmax(-1), value)
        attended = torch.einsum("bhcd,bhcn->bhdn", context, query)
        return hidden + self.to_out(attended.flatten(1, 2).unflatten(-1, (height, width)))
