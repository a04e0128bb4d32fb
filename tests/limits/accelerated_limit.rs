//! √s → 0: the study's tables for the heavy ball, NAG-SC, NAG-C and the schedule are the errors that theory has.
//!
//! Derivation (38), (39), (40): slopes over five halvings in x and ẋ; and every row of a table against recursions
//! and solutions that are written out here: closed forms on quadratics, a Bessel series, numbers by mpmath.

use crate::support::smooth::{NONLINEAR, force};
use crate::support::tables::expect;
use heavyball::prelude::*;
use heavyball::study::{Accelerated, Convergence, Limit, Resolution, Rule};
use nalgebra::{Const, DVector, SVector, dvector, vector};

const LARGEST: f64 = 0.005;
const UNTIL: f64 = 2.0;

/// The three kinds of iteration, as y₊ = y + b(y − y₋) − sg − bs(g − g₋), the last term for Nesterov's alone.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    HeavyBall { mu: f64 },
    StronglyConvex { mu: f64 },
    Schedule { r: f64 },
}

impl Kind {
    fn method(self) -> Accelerated {
        let fixed = |rule, mu| Accelerated::StronglyConvex { rule, mu };
        match self {
            Self::HeavyBall { mu } => fixed(Rule::Momentum, mu),
            Self::StronglyConvex { mu } => fixed(Rule::Nesterov, mu),
            Self::Schedule { r } => Accelerated::Schedule { friction: r },
        }
    }

    /// The paper's sequence y₀, y₁, … up to a little past time `UNTIL`.
    fn points(self, h: f64, x0: &DVector<f64>, g: &dyn Fn(f64) -> f64) -> Vec<DVector<f64>> {
        let s = h * h;
        let first = match self {
            Self::HeavyBall { mu } | Self::StronglyConvex { mu } => {
                2.0 * s / (1.0 + (mu * s).sqrt())
            }
            Self::Schedule { .. } => s,
        };
        let mut points = vec![x0.clone(), x0.map(|x| x - first * g(x))];
        for k in 1..=(UNTIL / h) as usize + 2 {
            let (before, here) = (&points[k - 1], &points[k]);
            let b = match self {
                Self::HeavyBall { mu } | Self::StronglyConvex { mu } => {
                    (1.0 - (mu * s).sqrt()) / (1.0 + (mu * s).sqrt())
                }
                // Between y_k and y_{k+1} stands β_{k+1} = k/(k + r).
                Self::Schedule { r } => k as f64 / (k as f64 + r),
            };
            let nesterov = if matches!(self, Self::HeavyBall { .. }) {
                0.0
            } else {
                b * s
            };
            points.push(here.zip_map(before, |y, last| {
                y + b * (y - last) - s * g(y) - nesterov * (g(y) - g(last))
            }));
        }
        points
    }
}

/// Every row of `table` is the largest difference, over the second half, of `points(h)` from `motion(h)(t)`,
/// iterate k at time kh + `origin(h)`.
fn rows_are<M>(
    table: &Convergence,
    points: impl Fn(f64) -> Vec<DVector<f64>>,
    origin: impl Fn(f64) -> f64,
    motion: impl Fn(f64) -> M,
) where
    M: Fn(f64) -> (DVector<f64>, DVector<f64>),
{
    for row in table.rows() {
        let h = row.parameter;
        let (points, motion) = (points(h), motion(h));
        let (mut in_x, mut in_u) = (0.0_f64, 0.0_f64);
        for (k, around) in points.windows(3).enumerate() {
            let time = (k + 1) as f64 * h + origin(h);
            if !(0.5 * UNTIL..=UNTIL * (1.0 + 1e-12)).contains(&time) {
                continue;
            }
            let (x, u) = motion(time);
            in_x = in_x.max((&around[1] - x).norm());
            in_u = in_u.max(((&around[2] - &around[0]) / (2.0 * h) - u).norm());
        }
        // The recursion in y sums the roundings of N steps twice.
        let rounding = 2e-12 + 2.0 * f64::EPSILON * (UNTIL / h).powf(1.5);
        let close = |found: f64, own: f64| (found - own).abs() <= 1e-6 * own + rounding;
        assert!(close(row.error.position, in_x), "{in_x:e}\n{table}");
        assert!(close(row.error.velocity, in_u), "{in_u:e}\n{table}");
    }
}

/// The solution of ẍ + aẋ + cx = 0 from (x₀, u₀), under, at and above critical drag.
fn linear(a: f64, c: f64, (x0, u0): (f64, f64), t: f64) -> (f64, f64) {
    let (half, below) = (a / 2.0, c - a * a / 4.0);
    let root = below.abs().sqrt();
    let (cosine, sine) = if below.abs() < 1e-14 {
        (1.0, t)
    } else if below > 0.0 {
        ((root * t).cos(), (root * t).sin() / root)
    } else {
        ((root * t).cosh(), (root * t).sinh() / root)
    };
    let decay = (-half * t).exp();
    (
        decay * (x0 * cosine + (u0 + half * x0) * sine),
        decay * (u0 * cosine - (half * u0 + c * x0) * sine),
    )
}

fn in_modes(
    curvatures: &DVector<f64>,
    solution: impl Fn(usize, f64) -> (f64, f64),
) -> (DVector<f64>, DVector<f64>) {
    let pairs = curvatures.iter().enumerate();
    let pairs: Vec<_> = pairs.map(|(i, k)| solution(i, *k)).collect();
    (
        DVector::from_iterator(pairs.len(), pairs.iter().map(|p| p.0)),
        DVector::from_iterator(pairs.len(), pairs.iter().map(|p| p.1)),
    )
}

/// The heavy ball and NAG-SC on ½Σλx², against the plain limit and (39) in closed form.
fn closed_form(mu: f64, curvatures: &DVector<f64>, start: &DVector<f64>) {
    let bowl = Quadratic::diagonal(curvatures.clone()).unwrap();
    for kind in [Kind::HeavyBall { mu }, Kind::StronglyConvex { mu }] {
        let nesterov = kind == Kind::StronglyConvex { mu };
        for (resolution, order) in [
            (Resolution::Low, 1),
            (Resolution::HighFromPaper, 1),
            (Resolution::HighFromCentral, 2),
        ] {
            let study = Limit::accelerated(kind.method(), &bowl, start.clone(), resolution);
            let study = study.until(UNTIL).with_halvings(LARGEST, 5);
            let table = study.measure().unwrap();
            expect(&table, order);
            let points = |h: f64| {
                // The modes differ in λ: g is linear in each, and one coordinate at a time.
                let modes: Vec<_> = (0..curvatures.len())
                    .map(|i| kind.points(h, &dvector![start[i]], &|x| curvatures[i] * x))
                    .collect();
                (0..modes[0].len())
                    .map(|k| DVector::from_iterator(modes.len(), modes.iter().map(|m| m[k][0])))
                    .collect()
            };
            let motion = |h: f64| {
                let root_mu = mu.sqrt();
                let (of_hessian, force, start_of) = match resolution {
                    Resolution::Low => (0.0, 1.0, 0.0),
                    Resolution::HighFromPaper => {
                        (h, 1.0 + root_mu * h, 2.0 * h / (1.0 + root_mu * h))
                    }
                    _ => (h, 1.0 + root_mu * h, 1.5 * h),
                };
                let of_hessian = if nesterov { of_hessian } else { 0.0 };
                move |t: f64| {
                    in_modes(curvatures, |i, k| {
                        let from = (start[i], -start_of * k * start[i]);
                        linear(2.0 * root_mu + of_hessian * k, force * k, from, t)
                    })
                }
            };
            rows_are(&table, points, |_| 0.0, motion);
        }
    }
}

/// (39), the plain limit ẍ + 2√μẋ + λx = 0 critical at λ = μ, underdamped above. Below, f is not μ-strongly convex: the
/// rates of the paper do not hold there, but the orders over a fixed time do, as the proof of (39) asks nothing of f.
#[test]
fn strongly_convex_methods_have_their_orders_in_closed_form_in_three_regimes() {
    for (mu, curvature) in [(2.25, 2.25), (0.5, 4.0), (0.25, 9.0), (4.0, 1.0)] {
        closed_form(mu, &dvector![curvature], &dvector![1.0]);
    }
    closed_form(0.5, &dvector![0.5, 4.0], &dvector![1.0, -1.0]);
    closed_form(1.0, &dvector![1.0, 9.0, 2.0], &dvector![0.4, 1.0, -0.7]);
}

/// Σ a_k(−λt²/4)ᵏ, a_k = a_{k−1}/(k(k + ν)), ν = (r − 1)/2, and its derivative: (38) on ½λx² for any r > 0.
fn bessel(r: f64, curvature: f64, t: f64) -> (f64, f64) {
    let (order, square) = ((r - 1.0) / 2.0, -curvature * t * t / 4.0);
    let (mut term, mut x, mut u) = (1.0, 1.0, 0.0);
    for k in 1..60 {
        let k = f64::from(k);
        term *= square / (k * (k + order));
        x += term;
        u += 2.0 * k * term / t;
    }
    (x, u)
}

/// (38): the schedule at order 1, for the r of the issue, against the Bessel series.
#[test]
fn the_schedule_has_order_1_against_the_bessel_series() {
    for r in [2.0, 3.0, 4.5, 6.0] {
        for curvature in [0.5, 4.0] {
            let bowl = Quadratic::diagonal(dvector![curvature]).unwrap();
            let method = Accelerated::Schedule { friction: r };
            let study = Limit::accelerated(method, &bowl, dvector![1.0], Resolution::Low);
            let table = study.until(UNTIL).with_halvings(LARGEST, 5).measure();
            let table = table.unwrap();
            expect(&table, 1);
            let points = |h| Kind::Schedule { r }.points(h, &dvector![1.0], &|x| curvature * x);
            let motion = |_| {
                move |t| {
                    let (x, u) = bessel(r, curvature, t);
                    (dvector![x], dvector![u])
                }
            };
            rows_are(&table, points, |_| 0.0, motion);
        }
    }
}

/// √s and the largest errors of NAG-C from the solution of (40) on 2x² over [1, 2], x₀ = 1: the recursion and Taylor series
/// of the equation in mpmath with 25 digits.
const NAG_C: [(f64, f64, f64); 4] = [
    (0.02, 0.000398846644781, 0.000407277037628),
    (0.01, 0.000101782837632, 0.000102961909926),
    (0.005, 2.57212527734e-5, 2.62712885941e-5),
    (0.0025, 6.46578735472e-6, 6.63708574657e-6),
];

/// (40): NAG-C has order 2 from the paper's start, −√s∇f, too. There is no start of order 1: the friction 3/t at t = 3√s/2
/// forgets a velocity of O(√s), whichever it is.
#[test]
fn nag_c_has_order_2_with_the_errors_that_mpmath_finds() {
    let bowl = Quadratic::diagonal(vector![4.0]).unwrap();
    for resolution in [Resolution::HighFromPaper, Resolution::HighFromCentral] {
        let method = Accelerated::Schedule { friction: 3.0 };
        let study = Limit::accelerated(method, &bowl, vector![1.0], resolution).until(UNTIL);
        let study = study.with_halvings(LARGEST, 5);
        expect(&study.measure().unwrap(), 2);
        let table = study.with_halvings(0.02, 3).measure().unwrap();
        for (row, (root, x, u)) in table.rows().iter().zip(NAG_C) {
            assert_eq!(row.parameter, root);
            assert!(
                (row.error.position / x - 1.0).abs() < 1e-6,
                "{x:e}\n{table}"
            );
            assert!(
                (row.error.velocity / u - 1.0).abs() < 1e-6,
                "{u:e}\n{table}"
            );
        }
    }
}

/// (39), (40) and (38) for R1's force, written out.
#[derive(Debug, Clone, Copy)]
struct Written {
    kind: Kind,
    /// √s, or 0 in the plain limit.
    root: f64,
}

impl FirstOrderSystem<Const<2>> for Written {
    fn derivative(&self, t: f64, state: &SVector<f64, 2>, derivative: &mut SVector<f64, 2>) {
        let ([x, u], h) = ((*state).into(), self.root);
        let (g, hessian) = force(x);
        let acceleration = match self.kind {
            Kind::HeavyBall { mu } => -2.0 * mu.sqrt() * u - (1.0 + mu.sqrt() * h) * g,
            Kind::StronglyConvex { mu } => {
                -2.0 * mu.sqrt() * u - h * hessian * u - (1.0 + mu.sqrt() * h) * g
            }
            Kind::Schedule { r } => -r / t * u - h * hessian * u - (1.0 + 1.5 * h / t) * g,
        };
        *derivative = vector![u, acceleration];
    }
}

/// All methods on R1's force from x₀ = 1.5, rows included.
#[test]
fn r1_has_its_orders_and_the_errors_of_the_equations_written_out() {
    let x0 = 1.5_f64;
    let (g, hessian) = force(x0);
    let kinds = [
        Kind::HeavyBall { mu: 0.7 },
        Kind::StronglyConvex { mu: 0.7 },
        Kind::StronglyConvex { mu: 0.2 },
        Kind::Schedule { r: 2.0 },
        Kind::Schedule { r: 3.0 },
        Kind::Schedule { r: 4.5 },
        Kind::Schedule { r: 6.0 },
    ];
    for kind in kinds {
        let start = vector![x0];
        let schedule = matches!(kind, Kind::Schedule { .. });
        let second = |resolution| schedule || resolution == Resolution::HighFromCentral;
        for resolution in [
            Resolution::Low,
            Resolution::HighFromPaper,
            Resolution::HighFromCentral,
        ] {
            let low = resolution == Resolution::Low;
            if !low && schedule && kind != (Kind::Schedule { r: 3.0 }) {
                continue;
            }
            let study = Limit::accelerated(kind.method(), &NONLINEAR, start, resolution);
            let study = study.until(UNTIL).with_halvings(LARGEST, 5);
            let table = study.measure().unwrap();
            expect(&table, if !low && second(resolution) { 2 } else { 1 });
            let origin = |h: f64| if schedule && !low { 1.5 * h } else { 0.0 };
            let motion = |h: f64| {
                let root = if low { 0.0 } else { h };
                let (from, state) = match kind {
                    // Past the singular start by X = x₀ − gt²/2(1 + r) + gg′t⁴/8(1 + r)(3 + r) + O(t⁶).
                    Kind::Schedule { r } if low => {
                        let t = 2e-3_f64;
                        let (two, four) = (
                            -g / 2.0 / (1.0 + r),
                            g * hessian / 8.0 / (1.0 + r) / (3.0 + r),
                        );
                        let x = x0 + two * t * t + four * t.powi(4);
                        (t, vector![x, 2.0 * two * t + 4.0 * four * t.powi(3)])
                    }
                    Kind::Schedule { .. } => (1.5 * h, vector![x0, -h * g]),
                    Kind::HeavyBall { mu } | Kind::StronglyConvex { mu } => {
                        let factor = match resolution {
                            Resolution::Low => 0.0,
                            Resolution::HighFromPaper => 2.0 / (1.0 + mu.sqrt() * h),
                            _ => 1.5,
                        };
                        (0.0, vector![x0, -factor * h * g])
                    }
                };
                let system = Written { kind, root };
                let run = Dop853::new(1e-13, 1e-14)
                    .with_fine_output()
                    .integrate(&system, (from, UNTIL), state)
                    .unwrap();
                move |t: f64| {
                    let [x, u] = run.at(t.min(UNTIL)).unwrap().into();
                    (dvector![x], dvector![u])
                }
            };
            let points = |h| kind.points(h, &dvector![x0], &|x| force(x).0);
            rows_are(&table, points, origin, motion);
        }
    }
}
