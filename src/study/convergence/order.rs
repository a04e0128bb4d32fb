//! Order: the power law behind a table of errors, e ≈ C·hᵖ, fitted by least squares of ln e on ln h.
//!
//! With n points, x = ln h, y = ln e: p = Sxy/Sxx, and its standard error is √(RSS/((n − 2)Sxx)).
//! Rounding ends every power law; the points that it dominates are excluded from the fit.

use std::fmt;

/// The observed order of convergence of one error.
///
/// A fit with a standard error needs at least three points above rounding; with fewer, [`Self::fit`] is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The fitted exponent, over the points before rounding dominates.
    pub fit: Option<Fit>,
    /// log(eᵢ/eᵢ₊₁)/log(hᵢ/hᵢ₊₁) for each pair of neighbours, coarse to fine, rounding included; `None` where an error is 0.
    pub pairwise: Vec<Option<f64>>,
    /// The largest parameter at which the error is dominated by rounding.
    pub rounding: Option<f64>,
}

/// A least-squares exponent with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The exponent p of e ≈ C·hᵖ.
    pub order: f64,
    /// The standard error of the exponent: small if the points lie on one line, whatever its slope.
    pub standard_error: f64,
    /// The number of points used.
    pub points: usize,
}

impl fmt::Display for Fit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:.3} ± {:.3}", self.order, self.standard_error)
    }
}

impl fmt::Display for Order {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fit {
            Some(fit) => write!(out, "{fit}")?,
            None => out.write_str("none: rounding from the start")?,
        }
        match self.rounding {
            Some(from) if self.fit.is_some() => write!(out, " (rounding from {from:.1e})"),
            _ => Ok(()),
        }
    }
}

/// One point of a table: the parameter, the error, and the size of the rounding errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    pub(crate) parameter: f64,
    pub(crate) error: f64,
    pub(crate) rounding: Rounding,
}

/// The size of the rounding errors accumulated in a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rounding {
    /// If they have random signs.
    pub(crate) usual: f64,
    /// If they all have the same sign.
    pub(crate) worst: f64,
}

impl Order {
    /// The order of `points`, sorted from the largest parameter to the smallest.
    pub(crate) fn of(points: &[Point]) -> Self {
        let slope = |pair: &[Point]| match pair {
            // Not the logarithm of a quotient, which may overflow.
            [a, b] if a.error > 0.0 && b.error > 0.0 => {
                Some((a.error.ln() - b.error.ln()) / (a.parameter.ln() - b.parameter.ln()))
            }
            _ => None,
        };
        let pairwise: Vec<_> = points.windows(2).map(slope).collect();
        let spoiled = first_rounded(points, &pairwise);
        let clean = points.get(..spoiled).unwrap_or_default();
        Self {
            fit: fit(clean),
            pairwise,
            rounding: points.get(spoiled).map(|point| point.parameter),
        }
    }
}

/// The index of the first point that is dominated by rounding.
///
/// The gain of a point is the observed order between it and the previous one. A power law continues as long as each
/// gain is at least three quarters of the largest before it. Where the error is no larger than the usual rounding, the
/// gain must also equal the previous one to a twentieth: partial rounding shows as a little less, or by chance as more.
/// A power law that ends there ends in rounding. So does one that ends above it, if the worst rounding may be as large
/// and the error then grows again, as noise does. A smooth stall at a larger error is not rounding: it stays in the fit
/// and shows as a wrong order.
fn first_rounded(points: &[Point], pairwise: &[Option<f64>]) -> usize {
    let mut most = 0.5_f64;
    let mut last: Option<f64> = None;
    // The first point of the stall that runs up to this one.
    let mut stall = None;
    for (index, point) in points.iter().enumerate() {
        if point.error <= f64::MIN_POSITIVE {
            return index;
        }
        let Some(before) = index.checked_sub(1) else {
            continue;
        };
        let gained = pairwise.get(before).copied().flatten().unwrap_or(f64::NAN);
        let is_small = point.error <= point.rounding.usual;
        let is_steady = last.is_none_or(|last| (gained - last).abs() <= 0.05 * last);
        let goes_on = gained >= 0.75 * most && (is_steady || !is_small);
        if goes_on || point.error > point.rounding.worst {
            stall = None;
            most = most.max(gained);
            last = Some(gained);
            continue;
        }
        let first = *stall.get_or_insert(index);
        if is_small || gained.is_nan() || gained < 0.0 {
            // There is no gain from the first point on: that one is rounding too.
            let nothing = first == 1
                && pairwise
                    .first()
                    .copied()
                    .flatten()
                    .is_none_or(|gain| gain < 0.25);
            return if nothing { 0 } else { first };
        }
    }
    points.len()
}

fn fit(points: &[Point]) -> Option<Fit> {
    if points.len() < 3 {
        return None;
    }
    let count = points.len() as f64;
    let logs = || points.iter().map(|p| (p.parameter.ln(), p.error.ln()));
    let mean = logs().fold((0.0, 0.0), |m, (x, y)| (m.0 + x / count, m.1 + y / count));
    let centred = || logs().map(|(x, y)| (x - mean.0, y - mean.1));
    let squares: f64 = centred().map(|(x, _)| x * x).sum();
    let order = centred().map(|(x, y)| x * y).sum::<f64>() / squares;
    let residual: f64 = centred().map(|(x, y)| (y - order * x).powi(2)).sum();
    Some(Fit {
        order,
        standard_error: (residual / (count - 2.0) / squares).sqrt(),
        points: points.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(errors: &[f64], rounding: f64) -> Vec<Point> {
        let point = |(k, error): (usize, &f64)| Point {
            parameter: 0.5_f64.powi(i32::try_from(k).unwrap_or(0)),
            error: *error,
            rounding: Rounding {
                usual: rounding,
                worst: 1e4 * rounding,
            },
        };
        errors.iter().enumerate().map(point).collect()
    }

    /// e = 3h² gives order 2, standard error 0, and every pairwise order 2.
    #[test]
    fn a_power_law_is_found_exactly() {
        let errors: Vec<_> = (0..6).map(|k| 3.0 * 0.25_f64.powi(k)).collect();
        let order = Order::of(&points(&errors, 1e-15));
        let fit = order.fit.unwrap();
        assert!((fit.order - 2.0).abs() < 1e-14 && fit.standard_error < 1e-14);
        assert_eq!((fit.points, order.rounding), (6, None));
        assert!(
            order
                .pairwise
                .iter()
                .flatten()
                .all(|p| (p - 2.0).abs() < 1e-14)
        );
    }

    /// ln e = 0, −1, −1, −2 over ln h = 0, −1, −2, −3: slope 0.6, RSS 0.2, standard error √(0.2/2/5).
    #[test]
    fn the_standard_error_is_that_of_the_regression() {
        let point = |(h, e): (f64, f64)| Point {
            parameter: h.exp(),
            error: e.exp(),
            rounding: Rounding {
                usual: 0.0,
                worst: 0.0,
            },
        };
        let law = [(0.0, 0.0), (-1.0, -1.0), (-2.0, -1.0), (-3.0, -2.0)].map(point);
        let fit = Order::of(&law).fit.unwrap();
        assert!((fit.order - 0.6).abs() < 1e-14);
        assert!((fit.standard_error - 0.02_f64.sqrt()).abs() < 1e-14);
    }

    /// log(e/0) is no number: errors 4, 1, 0, 0 have one pairwise order.
    #[test]
    fn an_error_of_zero_has_no_order() {
        let order = Order::of(&points(&[4.0, 1.0, 0.0, 0.0], 1e-15));
        let is_some: Vec<_> = order.pairwise.iter().map(Option::is_some).collect();
        assert_eq!(is_some, [true, false, false]);
    }

    #[test]
    fn rounding_is_excluded_and_reported() {
        let errors = [1e-8, 6.25e-10, 3.9e-11, 2.44e-12, 4e-13, 7e-13, 1e-12];
        let order = Order::of(&points(&errors, 1e-12));
        assert_eq!(order.rounding, Some(0.0625));
        let fit = order.fit.unwrap();
        assert_eq!(fit.points, 4);
        assert!((fit.order - 4.0).abs() < 0.01);
    }

    /// A stall far above rounding is a method that converges to something else, and is reported as such.
    #[test]
    fn a_stall_above_rounding_stays_in_the_fit() {
        let order = Order::of(&points(&[1e-2, 5e-3, 4e-3, 4e-3, 4e-3], 1e-12));
        assert_eq!(order.rounding, None);
        assert!(order.fit.unwrap().order < 0.4);
    }

    /// Rounding errors of one sign are larger than usual; they are recognised because the error grows again.
    #[test]
    fn noise_is_recognised_by_its_growth() {
        let errors = [1e-6, 2.5e-7, 6.2e-8, 1.6e-8, 9e-9, 1.1e-8, 5e-9];
        let order = Order::of(&points(&errors, 1e-11));
        assert_eq!(order.rounding, Some(0.0625));
        assert!((order.fit.unwrap().order - 2.0).abs() < 0.01);
    }

    /// e = h² + 0.01h changes from order 2 to order 1, and e = h² + 1e-4 stalls: both far above usual rounding, neither
    /// noise.
    #[test]
    fn a_smooth_change_of_slope_is_not_hidden() {
        let steps: Vec<_> = (0..12).map(|k| 0.5_f64.powi(k)).collect();
        let turning: Vec<_> = steps.iter().map(|h| 1e-8 * (h * h + 0.01 * h)).collect();
        let ending: Vec<_> = steps.iter().map(|h| 1e-8 * (h * h + 1e-4)).collect();
        for errors in [turning, ending] {
            let order = Order::of(&points(&errors, 1e-14));
            assert_eq!(order.rounding, None);
            assert_eq!(order.fit.unwrap().points, 12);
        }
    }

    #[test]
    fn rounding_from_the_start_has_no_order() {
        for errors in [[3e-16, 4e-16, 2e-16, 9e-16], [0.0, 0.0, 0.0, 0.0]] {
            let order = Order::of(&points(&errors, 1e-14));
            assert_eq!((order.fit, order.rounding), (None, Some(1.0)));
        }
    }
}
