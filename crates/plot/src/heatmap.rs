//! Heat maps: a matrix as coloured cells.

use super::canvas::Canvas;
use super::colorbar::Colorbar;
use super::frame::Frame;
use super::layer::Draw;
use super::rectangle::{Pixel, Rectangle};
use super::scale::Span;
use super::{Color, Colormap};
use crate::Error;

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
    /// `values` row by row from the lowest y; `x` and `y` are the outer edges, (low, high). The
    /// cells are equally wide along the axis, be it linear or logarithmic.
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

    /// With this colour map; Viridis without.
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

    /// With a colour bar that carries this label.
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
        if low == high {
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
        let (Some(low), Some(high)) = corners else {
            return;
        };
        let span = self.span().ok();
        let (columns, rows) = (self.columns as f64, self.rows() as f64);
        let x = |column: usize| low.0 + (high.0 - low.0) * column as f64 / columns;
        let y = |row: usize| low.1 + (high.1 - low.1) * row as f64 / rows;
        for (row, values) in self.values.chunks_exact(self.columns.max(1)).enumerate() {
            let (top, bottom) = (y(row + 1), y(row));
            if bottom < frame.area.top || top > frame.area.bottom {
                continue;
            }
            let mut start = 0;
            // Neighbours of one colour are drawn as one rectangle: basins have few borders.
            let colors: Vec<Color> = values
                .iter()
                .map(|value| self.color(span, *value))
                .collect();
            for run in colors.chunk_by(|one, other| one == other) {
                let end = start + run.len();
                if let Some(color) = run.first() {
                    canvas.rectangle(Rectangle::new(x(start), top, x(end), bottom), *color, 1.0);
                }
                start = end;
            }
        }
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
