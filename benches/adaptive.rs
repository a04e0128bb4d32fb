//! Adaptive methods at equal error: gradients and time of each method here, and of other solvers called directly.
//!
//! For each problem every method runs at tolerances from 1e-2 to 1e-13. The error is the distance from a reference at a
//! middle time; gradients and time are those of the whole run, and both are interpolated to errors of 1e-5, 1e-8 and 1e-11.
//! All methods run in turn, several times over, so that a disturbance of the machine meets all of them; the least time of
//! each counts. The last column is the time divided by that of ode_solvers' Dop853, with output at the steps only.
//!
//! `cargo bench --bench adaptive -- well` runs the problems with that word in their names.

#![allow(clippy::unwrap_used, reason = "a benchmark that fails should stop")]

use differential_equations::methods::ExplicitRungeKutta;
use differential_equations::prelude::{IVP, ODE};
use heavyball::Method;
use heavyball::prelude::*;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DVector, DefaultAllocator, Dim, Dyn, OVector, SVector};
use std::hint::black_box;
use std::time::Instant;

/// What a run costs at one tolerance.
#[derive(Clone, Copy)]
struct Cost {
    error: f64,
    gradients: f64,
    microseconds: f64,
}

const ERRORS: [f64; 3] = [1e-5, 1e-8, 1e-11];
const ROUNDS: usize = 7;

/// The comparison in `$n` dimensions, whose states have `$twice` numbers for the other solvers.
///
/// Methods that work in phase space run by `$in_phase_space`: `own`, or `own_dynamic` from 64 dimensions on, whose double
/// nalgebra does not have as a static dimension.
macro_rules! comparison {
    ($module:ident, $n:literal, $twice:literal, $in_phase_space:ident $(, $bound:path)?) => {
        mod $module {
            use super::*;

            const N: usize = $n;
            const TWICE: usize = $twice;

            /// A problem.
            pub(super) struct Case<P> {
                pub(super) name: &'static str,
                pub(super) ball: HeavyBall,
                pub(super) potential: P,
                pub(super) start: SVector<f64, N>,
                pub(super) velocity: SVector<f64, N>,
                /// The time at which the error is measured, and the end of the run that is timed.
                pub(super) measured: f64,
                pub(super) until: f64,
            }

            /// A method: its name, and from a tolerance and an end the last position and the number of gradients.
            type Runner<'r> = (
                &'static str,
                Box<dyn Fn(f64, f64) -> Option<(SVector<f64, N>, usize)> + 'r>,
            );

            /// The same equation for the other solvers, written as their user would.
            struct Direct<'p, P> {
                pub(super) potential: &'p P,
                per_mass: f64,
                damping: f64,
            }

            impl<P> Direct<'_, P>
            where
                P: Potential<f64, Const<N>>,
            {
                #[inline(always)]
                fn write(&self, y: &[f64], dy: &mut [f64]) {
                    let position = SVector::<f64, N>::from_column_slice(&y[..N]);
                    let mut gradient = position;
                    self.potential.gradient(&position, &mut gradient);
                    for i in 0..N {
                        dy[i] = self.per_mass * y[N + i];
                        dy[N + i] = self.damping * y[N + i] - gradient[i];
                    }
                }
            }

            impl<P> ode_solvers::System<f64, SVector<f64, TWICE>> for Direct<'_, P>
            where
                P: Potential<f64, Const<N>>,
            {
                #[inline(always)]
                fn system(&self, _: f64, y: &SVector<f64, TWICE>, dy: &mut SVector<f64, TWICE>) {
                    self.write(y.as_slice(), dy.as_mut_slice());
                }
            }

            impl<P> ODE<f64, [f64; TWICE]> for Direct<'_, P>
            where
                P: Potential<f64, Const<N>>,
            {
                #[inline(always)]
                fn diff(&self, _: f64, y: &[f64; TWICE], dy: &mut [f64; TWICE]) {
                    self.write(y, dy);
                }
            }

            impl<P> Case<P>
            where
                P: Potential<f64, Const<N>> $(+ $bound)?,
            {
                fn problem(&self, until: f64) -> Problem<&P, Const<N>> {
                    Problem::new(self.ball, &self.potential, self.start)
                        .with_velocity(self.velocity)
                        .until(until)
                }

                fn direct(&self) -> Direct<'_, P> {
                    let HeavyBall { mass, drag, .. } = black_box(self.ball);
                    Direct {
                        potential: &self.potential,
                        per_mass: 1.0 / mass,
                        damping: -drag / mass,
                    }
                }

                fn doubled(&self) -> SVector<f64, TWICE> {
                    let momentum = self.velocity * self.ball.mass;
                    let components = self.start.iter().chain(momentum.iter()).copied();
                    SVector::from_iterator(components)
                }

                /// The method `make` of this library.
                fn own<'r, M>(
                    &'r self,
                    name: &'static str,
                    make: impl Fn(f64) -> M + 'r,
                ) -> Runner<'r>
                where
                    M: for<'p> Method<&'p P, Const<N>>,
                {
                    let run = move |tolerance: f64, until: f64| {
                        let run = self.problem(until).solve(&make(tolerance)).ok()?;
                        Some((run.last().position, run.gradients()))
                    };
                    (name, Box::new(run))
                }

                /// The method `make` of this library, on vectors of dynamic dimension.
                #[allow(dead_code, reason = "only in many dimensions")]
                fn own_dynamic<'r, M>(
                    &'r self,
                    name: &'static str,
                    make: impl Fn(f64) -> M + 'r,
                ) -> Runner<'r>
                where
                    P: Potential<f64, Dyn>,
                    M: for<'p> Method<&'p P, Dyn>,
                {
                    let run = move |tolerance: f64, until: f64| {
                        let vector =
                            |of: &SVector<f64, N>| DVector::from_column_slice(of.as_slice());
                        let problem = Problem::new(self.ball, &self.potential, vector(&self.start))
                            .with_velocity(vector(&self.velocity))
                            .until(until);
                        let run = problem.solve(&make(tolerance)).ok()?;
                        let end = SVector::from_column_slice(run.last().position.as_slice());
                        Some((end, run.gradients()))
                    };
                    (name, Box::new(run))
                }

                fn ode_solvers(&self) -> Runner<'_> {
                    let run = |tolerance: f64, until: f64| {
                        let (system, start) = (self.direct(), self.doubled());
                        // Its defaults, with output at the steps only and without the test of stiffness.
                        let mut solver = ode_solvers::Dop853::from_param(
                            system,
                            0.0,
                            until,
                            until,
                            start,
                            tolerance,
                            tolerance,
                            0.9,
                            0.0,
                            0.333,
                            6.0,
                            until,
                            0.0,
                            1_000_000,
                            u32::MAX,
                            ode_solvers::OutputType::Sparse,
                        );
                        let statistics = solver.integrate().ok()?;
                        let end = solver.y_out().last()?.fixed_rows::<N>(0).into_owned();
                        Some((end, statistics.num_eval as usize))
                    };
                    ("ode_solvers Dop853", Box::new(run))
                }

                fn differential_equations(&self) -> Runner<'_> {
                    let run = |tolerance: f64, until: f64| {
                        let system = self.direct();
                        let start: [f64; TWICE] = self.doubled().into();
                        let method = ExplicitRungeKutta::dop853().rtol(tolerance).atol(tolerance);
                        let solution = IVP::ode(&system, 0.0, until, start)
                            .method(method)
                            .solve()
                            .ok()?;
                        let end = SVector::from_column_slice(&solution.y.last()?[..N]);
                        Some((end, solution.evals.function))
                    };
                    ("differential-equations dop853", Box::new(run))
                }

                /// The table of this problem.
                pub(super) fn compare(&self) {
                    let methods = [
                        self.ode_solvers(),
                        self.differential_equations(),
                        self.own("Adaptive", |t| Adaptive::new(t, t)),
                        self.own("Adaptive, steps only", |t| {
                            Adaptive::new(t, t).without_dense_output()
                        }),
                        self.own("Nystrom8", |t| Nystrom8::new(t, t)),
                        self.own("Nystrom8, steps only", |t| {
                            Nystrom8::new(t, t).without_dense_output()
                        }),
                        self.own("Nystrom12", |t| Nystrom12::new(t, t)),
                        self.own("Nystrom12, steps only", |t| {
                            Nystrom12::new(t, t).without_dense_output()
                        }),
                        self.$in_phase_space("Dop853", |t| {
                            Dop853::new(t, t).without_stiffness_test()
                        }),
                        self.$in_phase_space("Dop853, steps only", |t| {
                            Dop853::new(t, t)
                                .without_stiffness_test()
                                .without_dense_output()
                        }),
                        self.$in_phase_space("Rk45", |t| Rk45::new(t, t)),
                    ];
                    let reference = Adaptive::new(1e-14, 1e-14);
                    let exact = self
                        .problem(self.measured)
                        .solve(&reference)
                        .unwrap()
                        .last()
                        .position;
                    let mut costs: Vec<Vec<Cost>> = methods.iter().map(|_| Vec::new()).collect();
                    for step in 0..23 {
                        let tolerance = black_box(10_f64.powf(-2.0 - 0.5 * f64::from(step)));
                        let mut least = vec![f64::INFINITY; methods.len()];
                        let mut gradients = vec![f64::NAN; methods.len()];
                        for _ in 0..ROUNDS {
                            for (index, (_, run)) in methods.iter().enumerate() {
                                let started = Instant::now();
                                let found = black_box(run(tolerance, self.until));
                                least[index] =
                                    least[index].min(started.elapsed().as_secs_f64() * 1e6);
                                gradients[index] =
                                    found.map_or(f64::NAN, |(_, count)| count as f64);
                            }
                        }
                        for (index, (_, run)) in methods.iter().enumerate() {
                            if let Some((end, _)) = run(tolerance, self.measured) {
                                costs[index].push(Cost {
                                    error: (end - exact).norm(),
                                    gradients: gradients[index],
                                    microseconds: least[index],
                                });
                            }
                        }
                    }
                    println!(
                        "\n{}: error at time {}, run until {}",
                        self.name, self.measured, self.until
                    );
                    println!(
                        "{:32}{:>34}{:>34}{:>34}",
                        "", "error 1e-5", "error 1e-8", "error 1e-11"
                    );
                    let base: Vec<_> = ERRORS.iter().map(|error| at(&costs[0], *error)).collect();
                    for ((name, _), costs) in methods.iter().zip(&costs) {
                        let cells = ERRORS.iter().zip(&base).map(|(error, base)| {
                            match (at(costs, *error), base) {
                                (Some(own), Some(base)) => format!(
                                    "{:9.0} gradients {:8.1} µs {:5.2}",
                                    own.gradients,
                                    own.microseconds,
                                    own.microseconds / base.microseconds
                                ),
                                _ => format!("{:>34}", "-"),
                            }
                        });
                        println!("{name:32}{}", cells.collect::<String>());
                    }
                }
            }
        }
    };
}

comparison!(two, 2, 4, own);
comparison!(hundred, 100, 200, own_dynamic, Potential<f64, Dyn>);

/// The cost at `error`: the geometric mean of the runs within a factor of 20, each moved along the slope of all of them.
fn at(costs: &[Cost], error: f64) -> Option<Cost> {
    let wide = |factor: f64| {
        let near = |cost: &&Cost| (cost.error / error).ln().abs() < factor;
        costs.iter().filter(near).copied().collect::<Vec<_>>()
    };
    let (near, around) = (wide(20_f64.ln()), wide(1e4_f64.ln()));
    if near.is_empty() {
        return None;
    }
    let count = near.len() as f64;
    let read = |value: &dyn Fn(&Cost) -> f64| {
        let fit =
            |of: &dyn Fn(&Cost) -> f64| around.iter().map(of).sum::<f64>() / around.len() as f64;
        let (x, y) = (fit(&|cost| cost.error.ln()), fit(&|cost| value(cost).ln()));
        let products = fit(&|cost| (cost.error.ln() - x) * (value(cost).ln() - y));
        let squares = fit(&|cost| (cost.error.ln() - x) * (cost.error.ln() - x));
        let slope = if squares > 0.0 {
            products / squares
        } else {
            0.0
        };
        let moved = near
            .iter()
            .map(|cost| value(cost).ln() + slope * (error / cost.error).ln());
        (moved.sum::<f64>() / count).exp()
    };
    Some(Cost {
        error,
        gradients: read(&|cost| cost.gradients),
        microseconds: read(&|cost| cost.microseconds),
    })
}

/// An attraction like that of a point mass: f = −1/|x|.
struct Attraction;

impl<D: Dim> Potential<f64, D> for Attraction
where
    DefaultAllocator: Allocator<D>,
{
    fn value(&self, x: &OVector<f64, D>) -> f64 {
        -1.0 / x.norm()
    }

    #[inline]
    fn gradient(&self, x: &OVector<f64, D>, gradient: &mut OVector<f64, D>) {
        let square = x.norm_squared();
        let per_cube = 1.0 / (square * square.sqrt());
        gradient.zip_apply(x, |slot, x| *slot = x * per_cube);
    }
}

/// A chain of masses between two walls, with springs that stiffen: f = Σ d²/2 + d⁴/4 over the extensions d.
struct Chain;

impl<D: Dim> Potential<f64, D> for Chain
where
    DefaultAllocator: Allocator<D>,
{
    fn value(&self, x: &OVector<f64, D>) -> f64 {
        let energy = |d: f64| d * d * (0.5 + 0.25 * d * d);
        let inner: f64 = x
            .as_slice()
            .windows(2)
            .map(|pair| energy(pair[1] - pair[0]))
            .sum();
        energy(x[0]) + inner + energy(x[x.len() - 1])
    }

    #[inline]
    fn gradient(&self, x: &OVector<f64, D>, gradient: &mut OVector<f64, D>) {
        let force = |d: f64| d + d * d * d;
        let mut left = force(x[0]);
        let n = x.len();
        for i in 0..n {
            let right = force(if i + 1 < n { x[i + 1] - x[i] } else { -x[i] });
            gradient[i] = left - right;
            left = right;
        }
    }
}

fn main() {
    let words: Vec<_> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let is_asked =
        |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    for (name, drag) in [
        ("double well, γ = 0", 0.0),
        ("double well, γ = 0.2", 0.2),
        ("double well, γ = 1", 1.0),
        ("double well, γ = 10", 10.0),
    ] {
        let case = two::Case {
            name,
            ball: HeavyBall::new(1.0, drag).unwrap(),
            potential: DoubleWell,
            start: SVector::from([-1.5, -1.5]),
            velocity: SVector::zeros(),
            measured: if drag < 0.5 { 20.0 } else { 3.0 },
            until: if drag < 0.5 { 200.0 } else { 20.0 },
        };
        if is_asked(name) {
            case.compare();
        }
    }
    let orbit = two::Case {
        name: "orbit of eccentricity 0.6, γ = 0.001",
        ball: HeavyBall::new(1.0, 0.001).unwrap(),
        potential: Attraction,
        start: SVector::from([0.4, 0.0]),
        velocity: SVector::from([0.0, 2.0]),
        measured: 20.0,
        until: 100.0,
    };
    if is_asked(orbit.name) {
        orbit.compare();
    }
    let chain = hundred::Case {
        name: "chain of 100 masses, γ = 0.05",
        ball: HeavyBall::new(1.0, 0.05).unwrap(),
        potential: Chain,
        start: SVector::<f64, 100>::from_fn(|i, _| (0.1 * (i as f64 + 1.0)).sin()),
        velocity: SVector::zeros(),
        measured: 20.0,
        until: 20.0,
    };
    if is_asked(chain.name) {
        chain.compare();
    }
}
