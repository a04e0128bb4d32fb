//! Layers: what a panel draws, one over the other.

use crate::annotation::Annotation;
use crate::band::Band;
use crate::contours::Contours;
use crate::drawable::Draw;
use crate::heatmap::HeatMap;
use crate::line::{Dots, Line};
use crate::path::Path;
use crate::reference_line::ReferenceLine;
use crate::slope::SlopeTriangle;

/// Anything that a [`Panel`](crate::Panel) can draw; made from the layer itself by `into`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Layer {
    /// A line through points, with or without markers.
    Line(Line),
    /// Markers only.
    Dots(Dots),
    /// The path of an optimiser, with arrows.
    Path(Path),
    /// The contour lines of a function of two variables.
    Contours(Contours),
    /// A matrix as coloured cells.
    HeatMap(HeatMap),
    /// The area between two curves.
    Band(Band),
    /// A straight reference line across the panel.
    ReferenceLine(ReferenceLine),
    /// Text at a data point.
    Annotation(Annotation),
    /// A triangle that shows a slope.
    SlopeTriangle(SlopeTriangle),
}

impl Layer {
    pub(crate) fn inner(&self) -> &dyn Draw {
        match self {
            Self::Line(layer) => layer,
            Self::Dots(layer) => layer,
            Self::Path(layer) => layer,
            Self::Contours(layer) => layer,
            Self::HeatMap(layer) => layer,
            Self::Band(layer) => layer,
            Self::ReferenceLine(layer) => layer,
            Self::Annotation(layer) => layer,
            Self::SlopeTriangle(layer) => layer,
        }
    }
}

macro_rules! layers {
    ($($name:ident),*) => {
        $(impl From<$name> for Layer {
            fn from(layer: $name) -> Self {
                Self::$name(layer)
            }
        })*
    };
}

layers!(
    Line,
    Dots,
    Path,
    Contours,
    HeatMap,
    Band,
    ReferenceLine,
    Annotation,
    SlopeTriangle
);
