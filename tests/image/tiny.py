"""Settings of painter's networks that take milliseconds; sizes are multiples of 8 pixels."""

UNET = {
    "latent_channels": 6,
    "block_out_channels": [8, 16],
    "attention_levels": 1,
    "time_embedding_dim": 32,
    "text_dim": 16,
    "attention_heads": 2,
    "norm_num_groups": 4,
}
VAE = {"latent_channels": 6, "patch_size": 4}
PAINTER = {"unet": UNET, "vae": VAE, "fit_on": 0, "sample_size": 16}
