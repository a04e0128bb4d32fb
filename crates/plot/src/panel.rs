//! A panel: one pair of axes with its layers.

use std::borrow::Borrow;

use crate::axis::Axis;
use crate::color::Color;
use crate::drawable::Draw;
use crate::error::Error;
use crate::layer::Layer;
use crate::legend::Legend;
use crate::line::{Dots, Line};
use crate::path::Path;
use crate::reference_line::ReferenceLine;
use crate::scale::Span;

/// One pair of axes, and the layers drawn in it, the first at the back.
///
/// ```
/// use heavyball_plot::{Axis, Color, Line, Panel};
///
/// let iterates = [(0.0, 1.0), (1.0, 0.5), (2.0, 0.25)];
/// let panel = Panel::new()
///     .title("Iterates")
///     .x_axis(Axis::new("iteration k"))
///     .y_axis(Axis::new("x"))
///     .line("gradient descent", &iterates, Color::BLUE)
///     .horizontal(0.0, "minimum");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Panel {
    pub(crate) title: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) layers: Vec<Layer>,
    pub(crate) legend: Legend,
    pub(crate) equal: bool,
}

impl Panel {
    /// An empty panel.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A title over the panel.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The horizontal axis.
    #[must_use]
    pub fn x_axis(mut self, axis: Axis) -> Self {
        self.x = axis;
        self
    }

    /// The vertical axis.
    #[must_use]
    pub fn y_axis(mut self, axis: Axis) -> Self {
        self.y = axis;
        self
    }

    /// Adds a layer in front of the others.
    #[must_use]
    pub fn layer(mut self, layer: impl Into<Layer>) -> Self {
        self.layers.push(layer.into());
        self
    }

    /// Adds several layers of one kind, such as the paths from several starts.
    ///
    /// ```
    /// use heavyball_plot::{Color, Panel, Path};
    ///
    /// let starts = [-1.5, 0.5];
    /// let panel = Panel::new().layers(starts.iter().enumerate().map(|(index, &x)| {
    ///     Path::new(format!("x₀ = {x}"), [(x, 1.0), (0.5 * x, 0.3)]).color(Color::series(index))
    /// }));
    /// ```
    #[must_use]
    pub fn layers(mut self, layers: impl IntoIterator<Item = impl Into<Layer>>) -> Self {
        self.layers.extend(layers.into_iter().map(Into::into));
        self
    }

    /// A [`Line`] of this colour; an empty label keeps it out of the legend.
    #[must_use]
    pub fn line(
        self,
        label: impl Into<String>,
        points: impl IntoIterator<Item = impl Borrow<(f64, f64)>>,
        color: Color,
    ) -> Self {
        self.layer(Line::new(label, points).color(color))
    }

    /// [`Dots`] of this colour.
    #[must_use]
    pub fn dots(
        self,
        label: impl Into<String>,
        points: impl IntoIterator<Item = impl Borrow<(f64, f64)>>,
        color: Color,
    ) -> Self {
        self.layer(Dots::new(label, points).color(color))
    }

    /// A [`Path`] of this colour.
    #[must_use]
    pub fn path(
        self,
        label: impl Into<String>,
        points: impl IntoIterator<Item = impl Borrow<(f64, f64)>>,
        color: Color,
    ) -> Self {
        self.layer(Path::new(label, points).color(color))
    }

    /// A dashed [`ReferenceLine`] line at this height.
    #[must_use]
    pub fn horizontal(self, y: f64, label: impl Into<String>) -> Self {
        self.layer(ReferenceLine::horizontal(y, label))
    }

    /// Where the legend goes. The default is [`Legend::Automatic`].
    #[must_use]
    pub fn legend(mut self, legend: Legend) -> Self {
        self.legend = legend;
        self
    }

    /// Makes one unit equally long on both axes.
    #[must_use]
    pub fn equal_aspect(mut self) -> Self {
        self.equal = true;
        self
    }

    pub(crate) fn drawn(&self) -> impl Iterator<Item = &dyn Draw> {
        self.layers.iter().map(Layer::inner)
    }

    /// What the axes show; `None` on an axis without data and without a range.
    pub(crate) fn spans(&self) -> Result<[Option<Span>; 2], Error> {
        let (mut x, mut y) = (Vec::new(), Vec::new());
        let mut grid: Option<[(f64, f64); 2]> = None;
        for layer in self.drawn() {
            layer.check()?;
            let finite = |point: &(f64, f64)| point.0.is_finite() && point.1.is_finite();
            for point in layer.points().into_iter().filter(finite) {
                x.push(point.0);
                y.push(point.1);
            }
            let [alone_x, alone_y] = layer.alone();
            x.extend(alone_x.filter(|value| value.is_finite()));
            y.extend(alone_y.filter(|value| value.is_finite()));
            if let Some(more) = layer.grid() {
                grid = Some(grid.map_or(more, |[x, y]| {
                    let union = |one: (f64, f64), other: (f64, f64)| {
                        (one.0.min(other.0), one.1.max(other.1))
                    };
                    [union(x, more[0]), union(y, more[1])]
                }));
            }
        }
        Ok([
            self.x.span("x", &x, grid.map(|[x, _]| x))?,
            self.y.span("y", &y, grid.map(|[_, y]| y))?,
        ])
    }

    pub(crate) fn has_grid(&self) -> bool {
        self.drawn().any(|layer| layer.grid().is_some())
    }
}
