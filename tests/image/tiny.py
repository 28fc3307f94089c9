"""Settings of a painter's network that takes milliseconds."""

UNET = {
    "patch_size": 4,
    "block_out_channels": [8, 16],
    "text_dim": 16,
    "attention_head_dim": 8,
    "norm_num_groups": 4,
    "head_channels": 4,
    "detail_channels": 8,
    "detail_blocks": 1,
}
