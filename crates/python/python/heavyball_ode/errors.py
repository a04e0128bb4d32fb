"""The exceptions of heavyball_ode. Each carries ``kind``, the name of its cause, and the numbers as attributes."""


class HeavyballError(Exception):
    """Everything that the library reports."""

    #: The name of the cause.
    kind: str = ""


class ParameterError(HeavyballError, ValueError):
    """A parameter lies outside its range: ``name``, ``value``."""


class VectorError(HeavyballError, ValueError):
    """A vector or matrix cannot be used: ``name``, and ``component`` and ``value``, or ``expected`` and ``found``."""


class RuleError(HeavyballError, ValueError):
    """The coefficients of a rule cannot be used: ``value``."""


class MappingError(HeavyballError, ValueError):
    """A ball has no (α, β), or an (α, β) no ball: ``discretization``, and the numbers."""


class FrameworkError(HeavyballError, ValueError):
    """A framework does not have the optimiser: ``framework`` or ``convention``."""


class RunError(HeavyballError, ArithmeticError):
    """A run diverged, or met a gradient that is not finite: ``step``, ``time``, ``position``."""


class SpanError(HeavyballError, ValueError):
    """A span of time cannot be stepped through, or does not hold a time: ``time``, ``start``, ``end``."""


class SolverError(HeavyballError, RuntimeError):
    """An adaptive method could not reach the end of its span: ``time``."""


class StepError(HeavyballError, ValueError):
    """A fixed step is too long for its method: ``method``, ``dt``."""


class EventError(HeavyballError, RuntimeError):
    """An event could not be located: ``time``."""


class DataError(HeavyballError, ValueError):
    """A table of features cannot be used: ``row``, ``column``, ``value``."""


class EscapeError(HeavyballError, ValueError):
    """An escape has no answer: ``start``, ``saddle``, ``parameter``, or the numbers of its cause."""


class StudyError(HeavyballError, ValueError):
    """A study cannot measure what was asked: ``name``, ``parameter``, or the numbers of its cause."""


class EnsembleError(HeavyballError, ValueError):
    """An ensemble cannot be made, or was stopped: ``member``."""


class CheckpointError(HeavyballError, OSError):
    """A checkpoint file cannot be used: ``path``."""


class FileError(HeavyballError, OSError):
    """A file could not be read or written: ``what``, ``reason``."""
