//! Drawable: what a panel asks of each of its layers.

use crate::canvas::Canvas;
use crate::colorbar::Colorbar;
use crate::entry::Entry;
use crate::error::Error;
use crate::frame::Frame;
use crate::rectangle::Pixel;

/// The places that layers have taken so far.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Pixels that text should not hide.
    pub(crate) covered: Vec<Pixel>,
    /// The starts and ends of paths.
    pub(crate) ends: Vec<Pixel>,
}

/// Anything that can be drawn in a panel.
pub(crate) trait Draw {
    /// Refuses what cannot be drawn.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Points that the axes have to show, finite or not.
    fn points(&self) -> Vec<(f64, f64)> {
        Vec::new()
    }

    /// A single x or y that an axis has to show.
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
