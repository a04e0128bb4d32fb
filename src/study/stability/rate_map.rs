//! RateMap: ρ of a recursion over a grid of (αλ, β), for heat maps and tables.

use crate::Error;
use crate::check::VectorError;
use crate::check::{check_room, finite, in_range};
use crate::optimizers::check_decay;
use crate::study::stability::Recursion;
use crate::study::stability::accelerated::roots;
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
    rule: &'static str,
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
        for beta in betas {
            recursion.largest_stable_q(*beta)?;
        }
        let rate = |q, beta| recursion.spectral_radius(q, beta);
        Self::of(recursion.name(), rate, alpha_lambda, betas)
    }

    /// The same of the rule with three coefficients, with a look-ahead η that may depend on β.
    ///
    /// # Errors
    /// The errors of [`Self::new`]; [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) also for an η.
    ///
    /// ```
    /// use heavyball::study::stability::{RateMap, Recursion};
    ///
    /// // With η = β it is Nesterov's rule; quasi-hyperbolic momentum has η = β(1 − ν)/(1 − β).
    /// let (q, betas) = ([0.5, 1.0, 1.2], [0.25, 0.5]);
    /// let map = RateMap::accelerated(|beta| beta, &q, &betas)?;
    /// let nesterov = RateMap::new(Recursion::Nesterov, &q, &betas)?;
    /// for (ours, theirs) in map.values().iter().zip(nesterov.values()) {
    ///     assert!((ours - theirs).abs() < 1e-15);
    /// }
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn accelerated(
        eta: impl Fn(f64) -> f64,
        alpha_lambda: &[f64],
        betas: &[f64],
    ) -> Result<Self, Error> {
        for beta in betas {
            check_decay(beta)?;
            finite("the look-ahead eta", &eta(*beta))?;
        }
        let rate = |q, beta| roots(q, beta, eta(beta)).spectral_radius();
        Self::of("Accelerated", rate, alpha_lambda, betas)
    }

    fn of(
        rule: &'static str,
        rate: impl Fn(f64, f64) -> f64,
        alpha_lambda: &[f64],
        betas: &[f64],
    ) -> Result<Self, Error> {
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
        let pairs = betas
            .iter()
            .flat_map(|beta| alpha_lambda.iter().map(move |q| (*q, *beta)));
        let values: Vec<_> = pairs.map(|(q, beta)| rate(q, beta)).collect();
        values
            .iter()
            .try_for_each(|rate| in_range("a rate", rate))?;
        Ok(Self {
            rule,
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
                let _ = writeln!(csv, "{},{q:.16e},{beta:.16e},{rho:.16e}", self.rule);
            }
        }
        csv
    }
}
