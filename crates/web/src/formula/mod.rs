//! Formula: one's own f(x, y), typed as text; its gradient is by dual numbers, `heavyball::AutoDiff`.

mod error;
mod operation;
mod parser;
mod token;

pub use error::FormulaError;

use heavyball::potentials::DualFunction;
use nalgebra::{Const, OVector};
use num_dual::DualNum;
use operation::Operation;

/// The most operations of a formula: with these, a frame of the page takes well below a second.
pub const OPERATIONS: usize = 300;
/// The most numbers that wait for their operators.
const DEPTH: usize = 24;

/// A function of x and y.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    operations: Vec<Operation>,
}

impl Formula {
    /// The function that `text` says: numbers, x, y, pi, e, + − * / ^, parentheses and functions of one number.
    ///
    /// # Errors
    /// [`FormulaError`], with the character at which the mistake is.
    pub fn new(text: &str) -> Result<Self, FormulaError> {
        let tokens = token::tokens(text)?;
        if tokens.is_empty() {
            return Err(FormulaError::Empty);
        }
        let end = text.trim_end().chars().count() + 1;
        let operations = parser::operations(&tokens, end)?;
        Ok(Self { operations })
    }

    /// What a gradient costs, about, in gradients of a simple function such as the double well.
    pub fn work(&self) -> f64 {
        self.operations
            .iter()
            .map(|operation| operation.work())
            .sum()
    }
}

impl DualFunction<Const<2>> for Formula {
    fn evaluate<N: DualNum<f64> + Copy>(&self, position: &OVector<N, Const<2>>) -> N {
        let nan = N::from(f64::NAN);
        let mut stack = [nan; DEPTH + 2];
        // Two numbers lie below the first, so that every operation finds two.
        let mut above = 2;
        for operation in &self.operations {
            let read = |back: usize| stack.get(above - back).copied().unwrap_or(nan);
            let result = operation.result([position.x, position.y], [read(2), read(1)]);
            above = above + 1 - operation.takes();
            if let Some(slot) = stack.get_mut(above - 1) {
                *slot = result;
            }
        }
        stack.get(above - 1).copied().unwrap_or(nan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heavyball::AutoDiff;
    use heavyball::prelude::*;
    use nalgebra::vector;

    fn at(text: &str, x: f64, y: f64) -> f64 {
        AutoDiff(Formula::new(text).unwrap()).value(&vector![x, y])
    }

    #[test]
    fn formulas_have_the_value_of_arithmetic() {
        for (text, value) in [
            ("1 + 2*3", 7.0),
            ("(1 + 2)*3", 9.0),
            ("-2^2", -4.0),
            ("2^-1", 0.5),
            ("2^3^2", 512.0),
            ("7 - 2 - 1", 4.0),
            ("16/4/2", 2.0),
            ("2x", 6.0),
            ("3(x + y)y", 84.0),
            ("x² + y³ − 1", 72.0),
            ("x**2", 9.0),
            ("--x", 3.0),
            ("2*-x", -6.0),
            ("sqrt(x + 1) + ln(e)", 3.0),
            ("abs(-y)", 4.0),
            ("1e2 + .5 + 1.", 101.5),
            ("cos(pi)", -1.0),
            ("x^y", 81.0),
        ] {
            assert!((at(text, 3.0, 4.0) - value).abs() < 1e-12, "{text}");
        }
    }

    #[test]
    fn a_gradient_is_exact_also_at_zero() {
        let potential = AutoDiff(Formula::new("x^4 - 2x^2 + y^2 + sin(x)*y").unwrap());
        for (x, y) in [(0.0, 0.0), (0.3, -1.2), (-1.5, 2.0_f64)] {
            let mut gradient = vector![f64::NAN, f64::NAN];
            potential.gradient(&vector![x, y], &mut gradient);
            let exact = vector![
                4.0 * x * x * x - 4.0 * x + f64::cos(x) * y,
                2.0 * y + f64::sin(x)
            ];
            assert!((gradient - exact).norm() < 1e-14, "({x}, {y})");
        }
    }

    #[test]
    fn mistakes_are_found_at_their_character() {
        for (text, character) in [
            ("", 0),
            ("  ", 0),
            ("x + ", 4),
            ("x + * y", 5),
            ("x $ y", 3),
            ("x² + ß(y)", 6),
            ("foo + x", 1),
            ("sin x", 5),
            ("(x + y", 1),
            ("x + y)", 6),
            ("()", 2),
            ("sin", 4),
            ("x ^", 4),
            ("1..2", 3),
        ] {
            let error = Formula::new(text).unwrap_err();
            assert_eq!(error.character(), character, "{text:?}: {error}");
        }
    }

    #[test]
    fn long_and_deep_formulas_are_refused() {
        let long = "x+".repeat(100_000) + "x";
        assert!(matches!(
            Formula::new(&long),
            Err(FormulaError::TooLong { .. })
        ));
        let deep = "(x+".repeat(100) + "x" + &")".repeat(100);
        assert!(matches!(
            Formula::new(&deep),
            Err(FormulaError::TooDeep { .. })
        ));
        let open = "(".repeat(100_000);
        assert!(Formula::new(&open).is_err());
        let signs = "-".repeat(100_000) + "x";
        assert!(Formula::new(&signs).is_err());
        assert!(Formula::new(&"sin(".repeat(50_000)).is_err());
    }
}
