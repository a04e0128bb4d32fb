//! Layers: what a panel draws, one over the other.

use super::canvas::Canvas;
use super::colorbar::Colorbar;
use super::frame::Frame;
use super::legend::Entry;
use super::rectangle::Pixel;
use super::{Annotation, Band, Contours, Dots, HeatMap, Line, Path, Reference, SlopeTriangle};
use crate::Error;

/// Anything that a [`Panel`](super::Panel) can draw; made from the layer itself by `into`.
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
    Reference(Reference),
    /// Text at a data point.
    Annotation(Annotation),
    /// A triangle that shows a slope.
    SlopeTriangle(SlopeTriangle),
}

/// The places that layers have taken so far.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// Pixels that text should not hide.
    pub(super) covered: Vec<Pixel>,
    /// The starts and ends of paths.
    pub(super) ends: Vec<Pixel>,
}

/// What the panel asks of every layer.
pub(super) trait Draw {
    /// Refuses what cannot be drawn.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Points that the axes have to show, finite or not.
    fn points(&self) -> Vec<(f64, f64)> {
        Vec::new()
    }

    /// An x or a y that an axis has to show by itself.
    fn alone(&self) -> [Option<f64>; 2] {
        [None, None]
    }

    /// The exact ends of a grid in x and in y.
    fn grid(&self) -> Option<[(f64, f64); 2]> {
        None
    }

    /// Pixels that legend and annotations should leave free.
    fn covered(&self, frame: &Frame) -> Vec<Pixel> {
        frame.covered(&self.points())
    }

    /// Draws inside the frame, clipped at its border.
    fn draw(&self, canvas: &mut Canvas<'_>, frame: &Frame);

    /// Draws what may reach over the border, such as markers, and notes the places it takes.
    fn draw_over(&self, _canvas: &mut Canvas<'_>, _frame: &Frame, _taken: &mut Taken) {}

    /// Lines of the legend.
    fn entries(&self) -> Vec<Entry> {
        Vec::new()
    }

    /// The colour bar beside the panel.
    fn colorbar(&self) -> Option<Colorbar> {
        None
    }
}

impl Layer {
    pub(super) fn inner(&self) -> &dyn Draw {
        match self {
            Self::Line(layer) => layer,
            Self::Dots(layer) => layer,
            Self::Path(layer) => layer,
            Self::Contours(layer) => layer,
            Self::HeatMap(layer) => layer,
            Self::Band(layer) => layer,
            Self::Reference(layer) => layer,
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
    Reference,
    Annotation,
    SlopeTriangle
);
