//! Contour lines of a function of two variables.

use contour::ContourBuilder;

use crate::canvas::Canvas;
use crate::color::Color;
use crate::colorbar::Colorbar;
use crate::colormap::Colormap;
use crate::drawable::Draw;
use crate::error::Error;
use crate::frame::Frame;
use crate::levels::Levels;
use crate::pen::Pen;
use crate::rectangle::Pixel;
use crate::scale::Span;

/// Contour lines, coloured by their level and muted, so that paths drawn over them stand out.
///
/// The axes of the panel span exactly the rectangle given here, unless they have a range.
///
/// ```
/// use heavyball_plot::Contours;
///
/// let double_well = |x: f64, y: f64| x.powi(4) - 2.0 * x * x + y * y;
/// let contours = Contours::new((-1.5, 1.5), (-1.5, 1.5), double_well).levels(30).colorbar("f(x)");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Contours {
    x: (f64, f64),
    y: (f64, f64),
    columns: usize,
    values: Vec<f64>,
    levels: Levels,
    logarithmic: bool,
    colormap: Colormap,
    width: f64,
    colorbar: Option<String>,
}

/// Lines in data coordinates, with their level.
type Isoline = (f64, Vec<Vec<(f64, f64)>>);

const SAMPLES: usize = 301;

impl Contours {
    /// About 30 contour lines of `function` over the rectangle `x` by `y`, both (low, high).
    #[must_use]
    pub fn new(x: (f64, f64), y: (f64, f64), function: impl Fn(f64, f64) -> f64) -> Self {
        let at = |(low, high): (f64, f64), index: usize| {
            low + (high - low) * index as f64 / (SAMPLES - 1) as f64
        };
        let values = (0..SAMPLES)
            .flat_map(|row| (0..SAMPLES).map(move |column| (row, column)))
            .map(|(row, column)| function(at(x, column), at(y, row)))
            .collect();
        Self::grid(x, y, SAMPLES, values)
    }

    /// About 30 contour lines of values on a grid of points, row by row from the lowest y. The outer
    /// points lie on the border of the rectangle.
    #[must_use]
    pub fn grid(x: (f64, f64), y: (f64, f64), columns: usize, values: Vec<f64>) -> Self {
        Self {
            x,
            y,
            columns,
            values,
            levels: Levels::About(30),
            logarithmic: false,
            colormap: Colormap::Magma,
            width: 1.3,
            colorbar: None,
        }
    }

    /// The approximate number of levels, which lie at round values.
    #[must_use]
    pub fn levels(mut self, about: usize) -> Self {
        self.levels = Levels::About(about);
        self
    }

    /// Lines at exactly these levels.
    #[must_use]
    pub fn levels_at(mut self, levels: impl IntoIterator<Item = f64>) -> Self {
        self.levels = Levels::At(levels.into_iter().collect());
        self
    }

    /// Levels and colours by the logarithm of the value; values that are not positive get no line.
    #[must_use]
    pub fn logarithmic(mut self) -> Self {
        self.logarithmic = true;
        self
    }

    /// The colour map. The default is Magma.
    #[must_use]
    pub fn colormap(mut self, colormap: Colormap) -> Self {
        self.colormap = colormap;
        self
    }

    /// The width of the lines in pixels. The default is 1.3.
    #[must_use]
    pub fn width(mut self, width: f64) -> Self {
        self.width = width;
        self
    }

    /// Adds a colour bar with this label.
    #[must_use]
    pub fn colorbar(mut self, label: impl Into<String>) -> Self {
        self.colorbar = Some(label.into());
        self
    }

    fn rows(&self) -> usize {
        self.values.len() / self.columns.max(1)
    }

    /// The span of the finite values that can carry a line.
    fn span(&self) -> Result<Span, Error> {
        let least = if self.logarithmic {
            f64::MIN_POSITIVE
        } else {
            f64::NEG_INFINITY
        };
        let (low, high) = self
            .values
            .iter()
            .filter(|value| value.is_finite() && **value >= least)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| {
                (low.min(value), high.max(value))
            });
        Span::new(low, high, self.logarithmic, || {
            "the values of the contours".into()
        })
    }

    /// Dark to bright without the palest part of the map, which would vanish on white.
    fn color(&self, span: Span, level: f64) -> Color {
        let share = span.share(level).unwrap_or(0.0).clamp(0.0, 1.0);
        self.colormap.color(0.12 + 0.70 * share).lighter(0.30)
    }

    fn isolines(&self, levels: &[f64]) -> Vec<Isoline> {
        let (columns, rows) = (self.columns, self.rows());
        let Ok(lines) = ContourBuilder::new(columns, rows, true).lines(&self.values, levels) else {
            return Vec::new();
        };
        lines
            .iter()
            .map(|line| {
                let rings = line.geometry().0.iter();
                let pieces = rings.flat_map(|ring| {
                    let ring: Vec<(f64, f64)> =
                        ring.0.iter().map(|point| (point.x, point.y)).collect();
                    ring.split(|point| !on_grid(*point, columns, rows))
                        .filter(|piece| piece.len() > 1)
                        .map(|piece| piece.iter().map(|point| self.to_data(*point)).collect())
                        .collect::<Vec<_>>()
                });
                (line.threshold(), pieces.collect())
            })
            .collect()
    }

    /// The crate puts the centre of cell (i, j) at (i + 1/2, j + 1/2).
    fn to_data(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let at = |(low, high): (f64, f64), place: f64, count: usize| {
            low + (high - low) * (place - 0.5) / (count - 1) as f64
        };
        (at(self.x, x, self.columns), at(self.y, y, self.rows()))
    }
}

/// The crate closes every line around the outside of the grid; those points do not belong to it.
fn on_grid((x, y): (f64, f64), columns: usize, rows: usize) -> bool {
    let inside = |place: f64, count: usize| (0.5..=count as f64 - 0.5).contains(&place);
    inside(x, columns) && inside(y, rows)
}

impl Draw for Contours {
    fn check(&self) -> Result<(), Error> {
        let (columns, rows) = (self.columns, self.rows());
        if columns < 2 || rows < 2 || columns * rows != self.values.len() {
            return Err(Error::Grid {
                layer: "Contours",
                columns,
                rows,
                values: self.values.len(),
                least: 2,
            });
        }
        Span::new(self.x.0, self.x.1, false, || "the x of the contours".into())?;
        Span::new(self.y.0, self.y.1, false, || "the y of the contours".into())?;
        self.span().map(|_| ())
    }

    fn grid(&self) -> Option<[(f64, f64); 2]> {
        Some([self.x, self.y])
    }

    fn covered(&self, _frame: &Frame) -> Vec<Pixel> {
        Vec::new()
    }

    fn draw(&self, canvas: &mut Canvas<'_>, frame: &Frame) {
        let Ok(span) = self.span() else { return };
        for (level, pieces) in self.isolines(&self.levels.values(span)) {
            let pen = Pen::solid(self.color(span, level), self.width);
            for piece in pieces {
                for run in frame.runs(&piece) {
                    canvas.line(&run, pen);
                }
            }
        }
    }

    fn colorbar(&self) -> Option<Colorbar> {
        let label = self.colorbar.clone()?;
        let span = self.span().ok()?;
        let levels = self.levels.values(span);
        let lines = levels
            .iter()
            .map(|&level| (level, self.color(span, level)))
            .collect();
        Some(Colorbar::lines(label, span, lines))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contour_of_a_paraboloid_is_a_circle() {
        let bowl = Contours::new((-2.0, 3.0), (-2.5, 1.5), |x, y| x * x + y * y);
        let radius: f64 = 1.1;
        let lines = bowl.isolines(&[radius * radius]);
        let points: Vec<_> = lines[0].1.iter().flatten().collect();
        assert!(points.len() > 500, "{}", points.len());
        // A cell is 1/60 by 1/75: linear interpolation errs by the square of that.
        for (x, y) in points {
            assert!((x.hypot(*y) - radius).abs() < 1e-4, "{x} {y}");
        }
    }

    #[test]
    fn a_contour_that_leaves_the_grid_ends_at_its_border() {
        let plane = Contours::new((0.0, 1.0), (0.0, 1.0), |x, _| x);
        let lines = plane.isolines(&[0.3]);
        assert_eq!(lines[0].1.len(), 1);
        let piece = &lines[0].1[0];
        assert!(piece.iter().all(|(x, _)| (x - 0.3).abs() < 1e-9));
        let heights: Vec<f64> = piece.iter().map(|point| point.1).collect();
        let (low, high) = (
            heights.iter().copied().fold(f64::INFINITY, f64::min),
            heights.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        );
        assert!(
            low.abs() < 1e-9 && (high - 1.0).abs() < 1e-9,
            "{low} {high}"
        );
    }

    #[test]
    fn values_that_are_not_finite_leave_a_gap() {
        let hole = Contours::new((-1.0, 1.0), (-1.0, 1.0), |x, y| {
            if x > 0.5 { f64::NAN } else { x + y }
        });
        let lines = hole.isolines(&[0.0]);
        let points: Vec<_> = lines[0].1.iter().flatten().collect();
        assert!(!points.is_empty());
        assert!(points.iter().all(|(x, y)| x.is_finite() && y.is_finite()));
    }
}
