//! Heat maps: a matrix as coloured cells.

use crate::canvas::Canvas;
use crate::cells::Cells;
use crate::color::Color;
use crate::colorbar::Colorbar;
use crate::colormap::Colormap;
use crate::drawable::Draw;
use crate::error::Error;
use crate::frame::Frame;
use crate::rectangle::Pixel;
use crate::scale::{Span, is_constant};

/// A matrix as coloured cells, continuous or in categories. Cells that are not finite are grey.
///
/// ```
/// use heavyball_plot::{Color, Colormap, HeatMap};
///
/// let values = vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
/// let steps = HeatMap::new((0.0, 3.0), (0.0, 2.0), 3, values.clone()).colorbar("iterations");
/// let wells = HeatMap::new((0.0, 3.0), (0.0, 2.0), 3, values).categories([
///     ("left well", Color::BLUE),
///     ("right well", Color::ORANGE),
/// ]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    x: (f64, f64),
    y: (f64, f64),
    columns: usize,
    values: Vec<f64>,
    range: Option<(f64, f64)>,
    logarithmic: bool,
    colormap: Colormap,
    colorbar: Option<String>,
    categories: Vec<(String, Color)>,
}

impl HeatMap {
    /// `values` row by row from the lowest y; `x` and `y` are the outer edges, (low, high). All cells
    /// have the same size in the figure, on linear and on logarithmic axes.
    #[must_use]
    pub fn new(x: (f64, f64), y: (f64, f64), columns: usize, values: Vec<f64>) -> Self {
        Self {
            x,
            y,
            columns,
            values,
            range: None,
            logarithmic: false,
            colormap: Colormap::Viridis,
            colorbar: None,
            categories: Vec::new(),
        }
    }

    /// The colour map. The default is Viridis.
    #[must_use]
    pub fn colormap(mut self, colormap: Colormap) -> Self {
        self.colormap = colormap;
        self
    }

    /// Colours from `low` to `high`; values outside take the colour of the nearer end.
    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// Colours by the logarithm of the value; cells that are not positive are grey.
    #[must_use]
    pub fn logarithmic(mut self) -> Self {
        self.logarithmic = true;
        self
    }

    /// Adds a colour bar with this label.
    #[must_use]
    pub fn colorbar(mut self, label: impl Into<String>) -> Self {
        self.colorbar = Some(label.into());
        self
    }

    /// Values 0, 1, 2, ... stand for these names and colours, listed beside the panel.
    #[must_use]
    pub fn categories(
        mut self,
        categories: impl IntoIterator<Item = (impl Into<String>, Color)>,
    ) -> Self {
        self.categories = categories
            .into_iter()
            .map(|(name, color)| (name.into(), color))
            .collect();
        self
    }

    fn rows(&self) -> usize {
        self.values.len() / self.columns.max(1)
    }

    fn span(&self) -> Result<Span, Error> {
        let axis = || "the values of the heat map".to_owned();
        if let Some((low, high)) = self.range {
            return Span::new(low, high, self.logarithmic, axis);
        }
        let (low, high) = self
            .values
            .iter()
            .filter(|value| value.is_finite() && !(self.logarithmic && **value <= 0.0))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| {
                (low.min(value), high.max(value))
            });
        if is_constant(low, high) {
            return Span::padded(low, high, self.logarithmic, axis);
        }
        Span::new(low, high, self.logarithmic, axis)
    }

    fn color(&self, span: Option<Span>, value: f64) -> Color {
        let color = if self.categories.is_empty() {
            span.and_then(|span| span.share(value))
                .map(|share| self.colormap.color(share))
        } else {
            (value >= 0.0)
                .then(|| self.categories.get(value.round() as usize))
                .flatten()
                .map(|(_, color)| *color)
        };
        color.unwrap_or(Color::rgb(0xBB, 0xBB, 0xBB))
    }
}

impl Draw for HeatMap {
    fn check(&self) -> Result<(), Error> {
        let (columns, rows) = (self.columns, self.rows());
        if columns < 1 || rows < 1 || columns * rows != self.values.len() {
            return Err(Error::Grid {
                layer: "HeatMap",
                columns,
                rows,
                values: self.values.len(),
                least: 1,
            });
        }
        Span::new(self.x.0, self.x.1, false, || "the x of the heat map".into())?;
        Span::new(self.y.0, self.y.1, false, || "the y of the heat map".into())?;
        if self.categories.is_empty() {
            self.span()?;
        }
        Ok(())
    }

    fn grid(&self) -> Option<[(f64, f64); 2]> {
        Some([self.x, self.y])
    }

    fn covered(&self, _frame: &Frame) -> Vec<Pixel> {
        Vec::new()
    }

    fn draw(&self, canvas: &mut Canvas<'_>, frame: &Frame) {
        let corners = (
            frame.place((self.x.0, self.y.0)),
            frame.place((self.x.1, self.y.1)),
        );
        let (Some(first), Some(last)) = corners else {
            return;
        };
        let span = self.span().ok();
        let colors = self.values.iter().map(|value| self.color(span, *value));
        canvas.cells(&Cells {
            first,
            last,
            columns: self.columns,
            colors: colors.collect(),
        });
    }

    fn colorbar(&self) -> Option<Colorbar> {
        if !self.categories.is_empty() {
            let label = self.colorbar.clone().unwrap_or_default();
            return Some(Colorbar::categories(label, self.categories.clone()));
        }
        let label = self.colorbar.clone()?;
        let colors = (0..=255)
            .map(|index| self.colormap.color(f64::from(index) / 255.0))
            .collect();
        Some(Colorbar::continuous(label, self.span().ok()?, colors))
    }
}
