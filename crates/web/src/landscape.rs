//! Landscape: the function that is minimised, in one dimension or in two, chosen by name.
//!
//! Each is one type with a `match`, so that the studies of the library are compiled once for a dimension and not once
//! for a function. No arithmetic is done here: the numbers are the library's to the bit.

use crate::error::PageError;
use crate::formula::Formula;
use heavyball::prelude::*;
use heavyball::{AutoDiff, SymmetricQuadratic, TiltedDoubleWell};
use nalgebra::{Const, Vector1, Vector2, matrix};

/// A function of x.
#[derive(Debug, Clone)]
pub enum Line {
    /// x⁴ − 3x³ + 2.
    Quartic(Quartic),
    /// x⁴/4 − x²/2 + cx.
    Tilted(TiltedDoubleWell),
}

/// A function of x and y.
#[derive(Debug, Clone)]
pub enum Plane {
    /// x⁴ − 2x² + y².
    DoubleWell(DoubleWell),
    /// (x² + y − 11)² + (x + y² − 7)².
    Himmelblau(heavyball::Himmelblau),
    /// 100(y − x²)² + (1 − x)².
    Rosenbrock(heavyball::Rosenbrock),
    /// ½ xᵀAx.
    Quadratic(SymmetricQuadratic<2>),
    /// One's own.
    Formula(AutoDiff<Formula>),
}

macro_rules! each {
    ($enum:ident: $($variant:ident)|+, $self:ident, $potential:ident => $result:expr) => {
        match $self {
            $($enum::$variant($potential) => $result,)+
        }
    };
}
pub(crate) use each;

macro_rules! potential {
    ($enum:ident, $dimension:literal, $vector:ident: $($variant:ident)|+) => {
        impl Potential<f64, Const<$dimension>> for $enum {
            #[inline]
            fn value(&self, position: &$vector<f64>) -> f64 {
                each!($enum: $($variant)|+, self, potential => potential.value(position))
            }

            #[inline]
            fn gradient(&self, position: &$vector<f64>, gradient: &mut $vector<f64>) {
                each!($enum: $($variant)|+, self, potential => potential.gradient(position, gradient));
            }

            fn largest_curvature(&self) -> Option<f64> {
                each!($enum: $($variant)|+, self, potential =>
                    Potential::<f64, Const<$dimension>>::largest_curvature(potential))
            }

            fn length_scale(&self) -> Option<f64> {
                each!($enum: $($variant)|+, self, potential =>
                    Potential::<f64, Const<$dimension>>::length_scale(potential))
            }
        }

        impl Curvature<Const<$dimension>> for $enum {
            fn hessian_product(
                &self,
                position: &$vector<f64>,
                direction: &$vector<f64>,
                product: &mut $vector<f64>,
            ) {
                each!($enum: $($variant)|+, self, potential =>
                    potential.hessian_product(position, direction, product));
            }
        }
    };
}

potential!(Line, 1, Vector1: Quartic | Tilted);
potential!(Plane, 2, Vector2: DoubleWell | Himmelblau | Rosenbrock | Quadratic | Formula);

/// A function in one dimension or in two.
#[derive(Debug, Clone)]
pub enum Landscape {
    /// Of x.
    Line(Line),
    /// Of x and y.
    Plane(Plane),
}

impl Landscape {
    /// The function called `name`, with its parameters: the tilt c of `tilted`; κ and the direction, in degrees, of
    /// `quadratic`; the text of `formula`.
    ///
    /// # Errors
    /// [`PageError`] for an unknown name, a parameter out of range or a mistake in the formula.
    pub fn new(name: &str, parameters: [f64; 2], formula: &str) -> Result<Self, PageError> {
        let [first, second] = parameters;
        Ok(match name {
            "quartic" => Self::Line(Line::Quartic(Quartic)),
            "tilted" => Self::Line(Line::Tilted(TiltedDoubleWell::new(first)?)),
            "double_well" => Self::Plane(Plane::DoubleWell(DoubleWell)),
            "himmelblau" => Self::Plane(Plane::Himmelblau(heavyball::Himmelblau)),
            "rosenbrock" => Self::Plane(Plane::Rosenbrock(heavyball::Rosenbrock)),
            "quadratic" => Self::Plane(Plane::Quadratic(quadratic(first, second)?)),
            "formula" => Self::Plane(Plane::Formula(AutoDiff(Formula::new(formula)?))),
            _ => {
                let (kind, name) = ("function", name.to_owned());
                return Err(PageError::Unknown { kind, name });
            }
        })
    }

    /// 1 or 2.
    pub fn dimension(&self) -> usize {
        match self {
            Self::Line(_) => 1,
            Self::Plane(_) => 2,
        }
    }

    /// What a gradient costs, about, in gradients of a simple function; one takes some 5 ns in a browser.
    pub fn work(&self) -> f64 {
        match self {
            Self::Plane(Plane::Formula(formula)) => 1.0 + formula.0.work(),
            _ => 1.0,
        }
    }

    /// f at each point, whose coordinates follow one another.
    pub fn values(&self, points: &[f64]) -> Vec<f64> {
        match self {
            Self::Line(line) => points
                .iter()
                .map(|x| line.value(&Vector1::new(*x)))
                .collect(),
            Self::Plane(plane) => {
                let points = points.as_chunks::<2>().0.iter();
                points
                    .map(|[x, y]| plane.value(&Vector2::new(*x, *y)))
                    .collect()
            }
        }
    }
}

/// Curvature 1 along the direction and κ across it.
fn quadratic(condition: f64, degrees: f64) -> Result<SymmetricQuadratic<2>, PageError> {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let mixed = (1.0 - condition) * sin * cos;
    Ok(Quadratic::symmetric(matrix![
        cos * cos + condition * sin * sin, mixed;
        mixed, sin * sin + condition * cos * cos
    ])?)
}
