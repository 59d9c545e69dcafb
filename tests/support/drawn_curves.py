"""What figures of curves show, as numbers."""

import numpy as np


def panels(figure):
    return [axes for axes in figure.axes if axes.axison]


def curves(axes):
    """For each label the x, the means and the lower and upper ends of the drawn intervals."""
    found = {}
    for container in axes.containers:
        line, _, (bars,) = container.lines
        segments = np.array([segment for segment in bars.get_segments() if len(segment)])
        found[container.get_label()] = (line.get_xdata(orig=False), line.get_ydata(orig=False), segments)
    return found
