//! RateMap: ρ of a recursion over a grid of (αλ, β), for heat maps and tables.

use crate::Error;
use crate::check::VectorError;
use crate::check::{check_room, finite, in_range};
use crate::study::stability::Recursion;
use std::fmt::Write as _;

/// ρ(αλ, β) of a recursion over a grid.
///
/// For gradient descent, which has no β, pass the single value 0.
///
/// ```
/// use heavyball::study::stability::{RateMap, Recursion};
///
/// let map = RateMap::new(Recursion::Momentum, &[0.5, 1.0, 5.0], &[0.0, 0.25])?;
/// assert_eq!(map.values(), [0.5, 0.0, 4.0, 0.5, 0.5, (3.75 + 13.0625_f64.sqrt()) / 2.0]);
/// assert!(map.to_csv().starts_with("method,alpha_lambda,beta,rho\nMomentum,5.0000000000000000e-1,"));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RateMap {
    recursion: Recursion,
    alpha_lambda: Vec<f64>,
    betas: Vec<f64>,
    values: Vec<f64>,
}

impl RateMap {
    /// The columns of [`Self::to_csv`].
    pub const COLUMNS: &'static str = "method,alpha_lambda,beta,rho";

    /// ρ at every pair of one of `alpha_lambda` and one of `betas`.
    ///
    /// # Errors
    /// [`VectorError::Empty`] for an empty list,
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for αλ,
    /// [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) unless −1 < β ≤ 1.
    pub fn new(recursion: Recursion, alpha_lambda: &[f64], betas: &[f64]) -> Result<Self, Error> {
        for (name, list) in [
            ("list of alpha_lambda", alpha_lambda),
            ("list of betas", betas),
        ] {
            if list.is_empty() {
                return Err(Error::Vector(VectorError::Empty { name }));
            }
        }
        check_room(
            "map of rates",
            alpha_lambda.len() as f64 * betas.len() as f64,
        )?;
        for q in alpha_lambda {
            finite("alpha_lambda", q)?;
        }
        for beta in betas {
            recursion.largest_stable_q(*beta)?;
        }
        let row = |beta: &f64| {
            let beta = *beta;
            alpha_lambda
                .iter()
                .map(move |q| recursion.spectral_radius(*q, beta))
        };
        let values: Vec<_> = betas.iter().flat_map(row).collect();
        values
            .iter()
            .try_for_each(|rate| in_range("a rate", rate))?;
        Ok(Self {
            recursion,
            values,
            alpha_lambda: alpha_lambda.to_vec(),
            betas: betas.to_vec(),
        })
    }

    /// ρ row by row, with a row for each β and a column for each αλ, in the order given.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// αλ of the columns.
    pub fn alpha_lambda(&self) -> &[f64] {
        &self.alpha_lambda
    }

    /// β of the rows.
    pub fn betas(&self) -> &[f64] {
        &self.betas
    }

    /// The map as CSV with the columns [`Self::COLUMNS`] and a header, 17 digits per number.
    pub fn to_csv(&self) -> String {
        let mut csv = format!("{}\n", Self::COLUMNS);
        let rows = self.values.chunks_exact(self.alpha_lambda.len().max(1));
        for (beta, row) in self.betas.iter().zip(rows) {
            for (q, rho) in self.alpha_lambda.iter().zip(row) {
                // Writing to a string cannot fail.
                let _ = writeln!(csv, "{},{q:.16e},{beta:.16e},{rho:.16e}", self.recursion);
            }
        }
        csv
    }
}
