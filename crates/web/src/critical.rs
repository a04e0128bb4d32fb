//! Critical points: where ∇f = 0 in what the page shows, with the curvatures there.
//!
//! They are where the page's bookkeeping needs them: f*, the basins, and αλ. They are found from the points of a grid
//! at which |∇f| is least, by Newton's method with the library's Hessian-vector products.

use crate::landscape::{Landscape, Line};
use heavyball::prelude::*;
use nalgebra::{Vector1, Vector2};

/// A point with ∇f = 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Critical {
    /// Where; the second component is 0 in one dimension.
    pub position: [f64; 2],
    /// f there.
    pub value: f64,
    /// The curvatures, the smaller first; equal in one dimension.
    pub curvatures: [f64; 2],
}

impl Critical {
    /// Whether both curvatures are positive.
    pub fn is_minimum(&self) -> bool {
        self.curvatures.iter().all(|curvature| *curvature > 1e-9)
    }
}

/// Points of the grid along an axis, and for a function that takes long.
const GRID: usize = 48;
const COARSE_GRID: usize = 24;
const LONG: f64 = 300.0;
const NEWTON: usize = 40;
/// The most points that are kept.
const MOST: usize = 24;

/// f in the plane or on the line y = 0, with its derivatives.
struct Surface<'l>(&'l Landscape);

impl Surface<'_> {
    fn gradient(&self, [x, y]: [f64; 2]) -> Vector2<f64> {
        match self.0 {
            Landscape::Line(line) => {
                let mut slope = Vector1::zeros();
                line.gradient(&Vector1::new(x), &mut slope);
                Vector2::new(slope.x, 0.0)
            }
            Landscape::Plane(plane) => {
                let mut gradient = Vector2::zeros();
                plane.gradient(&Vector2::new(x, y), &mut gradient);
                gradient
            }
        }
    }

    /// ∂²f/∂x², ∂²f/∂x∂y, ∂²f/∂y².
    fn hessian(&self, [x, y]: [f64; 2]) -> [f64; 3] {
        match self.0 {
            Landscape::Line(line) => {
                let mut product = Vector1::zeros();
                line.hessian_product(&Vector1::new(x), &Vector1::new(1.0), &mut product);
                [product.x, 0.0, product.x]
            }
            Landscape::Plane(plane) => {
                let at = Vector2::new(x, y);
                let [mut first, mut second] = [Vector2::zeros(); 2];
                plane.hessian_product(&at, &Vector2::new(1.0, 0.0), &mut first);
                plane.hessian_product(&at, &Vector2::new(0.0, 1.0), &mut second);
                [first.x, (first.y + second.x) / 2.0, second.y]
            }
        }
    }

    /// Newton's method from `at`, each step at most `cell` long; `None` if it does not settle.
    fn newton(&self, mut at: [f64; 2], cell: f64) -> Option<[f64; 2]> {
        let is_line = matches!(self.0, Landscape::Line(_));
        for _ in 0..NEWTON {
            let (gradient, [xx, xy, yy]) = (self.gradient(at), self.hessian(at));
            let step = if is_line {
                Vector2::new(gradient.x / xx, 0.0)
            } else {
                let determinant = xx * yy - xy * xy;
                Vector2::new(
                    yy * gradient.x - xy * gradient.y,
                    xx * gradient.y - xy * gradient.x,
                ) / determinant
            };
            let length = step.norm();
            if length.is_nan() {
                return (gradient.norm() == 0.0).then_some(at);
            }
            let step = step * (cell / length).min(1.0);
            at = [at[0] - step.x, at[1] - step.y];
            if length <= 1e-13 * (1.0 + at[0].abs() + at[1].abs()) {
                return Some(at);
            }
        }
        None
    }
}

fn curvatures([xx, xy, yy]: [f64; 3]) -> [f64; 2] {
    let (mean, half) = ((xx + yy) / 2.0, (xx - yy) / 2.0);
    let root = half.hypot(xy);
    [mean - root, mean + root]
}

/// The critical points between the corners `low` and `high`, the lowest first.
pub fn critical_points(landscape: &Landscape, low: [f64; 2], high: [f64; 2]) -> Vec<Critical> {
    let surface = Surface(landscape);
    let side = if landscape.work() > LONG {
        COARSE_GRID
    } else {
        GRID
    };
    let rows = if landscape.dimension() == 1 { 1 } else { side };
    let cells = [0, 1].map(|axis| (high[axis] - low[axis]) / (side - 1) as f64);
    let point = |column: usize, row: usize| {
        let y = if rows == 1 {
            0.0
        } else {
            low[1] + cells[1] * row as f64
        };
        [low[0] + cells[0] * column as f64, y]
    };
    let slopes: Vec<f64> = (0..rows * side)
        .map(|index| {
            surface
                .gradient(point(index % side, index / side))
                .norm_squared()
        })
        .collect();
    let slope = |column: usize, row: usize| slopes.get(row * side + column).copied();
    let mut found: Vec<Critical> = Vec::new();
    for row in 0..rows {
        for column in 0..side {
            let Some(own) = slope(column, row) else {
                continue;
            };
            let near = (row.saturating_sub(1)..(row + 2).min(rows)).flat_map(|row| {
                (column.saturating_sub(1)..(column + 2).min(side)).map(move |column| (column, row))
            });
            let is_least = near
                .filter_map(|(column, row)| slope(column, row))
                .all(|s| own <= s);
            let cell = cells[0].hypot(cells[1]);
            let Some(position) = is_least
                .then(|| surface.newton(point(column, row), cell))
                .flatten()
                .or_else(|| shelf(landscape, column))
            else {
                continue;
            };
            let inside = |axis: usize| {
                (low[axis] - cell..=high[axis] + cell).contains(&position[axis])
                    || (axis == 1 && rows == 1)
            };
            let is_new = found.iter().all(|other| {
                let [dx, dy] = [0, 1].map(|axis| other.position[axis] - position[axis]);
                dx.hypot(dy) > 1e-3 * cell
            });
            if inside(0) && inside(1) && is_new && found.len() < MOST {
                found.push(Critical {
                    position,
                    value: landscape
                        .values(position.get(..landscape.dimension()).unwrap_or(&[]))
                        .first()
                        .copied()
                        .unwrap_or(f64::NAN),
                    curvatures: curvatures(surface.hessian(position)),
                });
            }
        }
    }
    found.sort_by(|a, b| a.value.total_cmp(&b.value));
    found
}

/// The flat inflection of the quartic, which Newton's method approaches too slowly; offered once.
fn shelf(landscape: &Landscape, column: usize) -> Option<[f64; 2]> {
    let is_quartic = matches!(landscape, Landscape::Line(Line::Quartic(_)));
    (is_quartic && column == 0).then_some([0.0, 0.0])
}
