//! Nystrom: the steps of a Runge–Kutta–Nyström pair for a heavy ball, whose drag is removed exactly.
//!
//! A Nyström method solves y″ = a(t, y), without a velocity on the right. With c = γ/2m and
//!
//! x(t) = x₀ + e^(−ct) y(t), y(0) = 0, y′(0) = ẋ₀,
//!
//! the ball obeys y″ = c²y − e^(ct)∇f(x₀ + e^(−ct)y)/m, which is such an equation, so that a pair keeps its order under
//! drag. Afterwards ẋ = e^(−ct)(y′ − cy). The origin x₀ and the time are those of the start of each step, so that the
//! exponentials stay moderate; without drag they are 1 and the pair is the plain one (derivation (55), (56)).

use crate::adaptive_steps::nystrom_table::NystromTable;
use crate::check::{all_finite, magnitude};
use crate::ode::adaptive::control::{Control, growth};
use crate::ode::adaptive::pair::{Ends, Pair, Spoiled};
use crate::ode::adaptive::record::Block;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::marker::PhantomData;

/// The largest ch of a step, up to which the exponentials of the tables are accurate.
const LARGEST: f64 = 2.0;

/// The pair `T` of `S` stages at a point of the motion of a ball.
pub(crate) struct Nystrom<'r, P: ?Sized, T, D: Dim, const S: usize>
where
    DefaultAllocator: Allocator<D>,
{
    potential: &'r P,
    control: &'r Control,
    pub(crate) ball: HeavyBall,
    /// c = γ/2m.
    pub(crate) rate: f64,
    position: OVector<f64, D>,
    velocity: OVector<f64, D>,
    /// ∇f at the current point.
    gradient: OVector<f64, D>,
    /// h²y″ at the stages.
    pub(crate) stages: [OVector<f64, D>; S],
    work: Option<Work<OVector<f64, D>>>,
    next_position: OVector<f64, D>,
    next_velocity: OVector<f64, D>,
    next_gradient: OVector<f64, D>,
    /// y at the end of the step.
    next_displacement: OVector<f64, D>,
    pub(crate) size: f64,
    /// The exponentials of the step that was attempted last.
    factors: [[f64; S]; 2],
    evaluations: usize,
    table: PhantomData<T>,
}

/// Vectors that an attempt works on. They leave the struct for that time, so that those of static dimension are kept in
/// registers; in memory, they would be written and read again between two stages.
struct Work<V> {
    /// y at the current stage.
    displacement: V,
    /// y at the next stage, but for the gradient at the current one.
    partial: V,
    /// x and ∇f at the current stage.
    position: V,
    gradient: V,
    /// h times the change of y′, and the errors of y and of hy′.
    sums: [V; 3],
}

impl<'r, P, T, D, const S: usize> Nystrom<'r, P, T, D, S>
where
    P: Potential<f64, D> + ?Sized,
    T: NystromTable<S>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The pair at `start`, ready to step.
    pub(crate) fn new(
        ball: HeavyBall,
        potential: &'r P,
        control: &'r Control,
        start: &Phase<f64, D>,
    ) -> Self {
        let mut steps = Self::at(ball, potential, control, start);
        steps.restart(0.0);
        steps
    }

    /// The pair at `start` without the gradient there: to be [restarted](Pair::restart) or [placed](Self::place).
    pub(crate) fn at(
        ball: HeavyBall,
        potential: &'r P,
        control: &'r Control,
        start: &Phase<f64, D>,
    ) -> Self {
        let vector = || start.position.clone();
        Self {
            potential,
            control,
            ball,
            rate: 0.5 * ball.drag / ball.mass,
            position: vector(),
            velocity: ball.velocity(start),
            gradient: vector(),
            stages: std::array::from_fn(|_| vector()),
            work: Some(Work {
                displacement: vector(),
                partial: vector(),
                position: vector(),
                gradient: vector(),
                sums: std::array::from_fn(|_| vector()),
            }),
            next_position: vector(),
            next_velocity: vector(),
            next_gradient: vector(),
            next_displacement: vector(),
            size: 0.0,
            factors: [[1.0; S]; 2],
            evaluations: 0,
            table: PhantomData,
        }
    }

    /// The exponentials e^(−cc_ih) and e^(cc_ih) at the nodes.
    #[inline]
    fn exponentials(&self, size: f64) -> [[f64; S]; 2] {
        if self.rate == 0.0 {
            [[1.0; S]; 2]
        } else {
            T::exponentials(self.rate * size)
        }
    }

    /// The stages after the last one of the step, for its dense output.
    ///
    /// # Errors
    /// The place of the first gradient that is not finite.
    pub(crate) fn inner_stages(&mut self, ends: Ends) -> Result<(), Spoiled> {
        let size = self.size;
        let [decays, growths] = &self.factors;
        let (square, curvature) = (size * size, self.rate * self.rate * size * size);
        let Some(work) = self.work.as_mut() else {
            return Ok(());
        };
        for stage in T::LAST + 1..S {
            let (node, decay) = (T::NODES[stage], decays[stage]);
            work.displacement
                .zip_apply(&self.velocity, |y, u| *y = node * size * u);
            for (weight, earlier) in T::ROWS[stage].iter().zip(&self.stages).take(stage) {
                work.displacement
                    .zip_apply(earlier, |y, k| *y += weight * k);
            }
            work.position
                .zip_zip_apply(&self.position, &work.displacement, |slot, x, y| {
                    *slot = x + decay * y;
                });
            gradient_at(self.potential, &work.position, &mut work.gradient);
            if !all_finite(&work.gradient) {
                return Err(Spoiled {
                    time: ends.from + node * size,
                    magnitude: magnitude(&work.position),
                });
            }
            let force = square * growths[stage] / self.ball.mass;
            self.stages[stage].zip_zip_apply(&work.displacement, &work.gradient, |k, y, g| {
                *k = curvature * y - force * g;
            });
        }
        Ok(())
    }

    /// The current position and momentum, and the gradient there.
    pub(crate) fn current(&self) -> [OVector<f64, D>; 3] {
        let momentum = self.velocity.map(|u| self.ball.mass * u);
        [self.position.clone(), momentum, self.gradient.clone()]
    }

    /// |∇²f| along the last step, by the change of the gradient; 0 if there was no motion.
    pub(crate) fn curvature(&self) -> f64 {
        let turned = (&self.gradient - &self.next_gradient).norm();
        let moved = (&self.position - &self.next_position).norm();
        if moved > 0.0 { turned / moved } else { 0.0 }
    }

    /// Moves to a position with a momentum, where the gradient is `gradient`.
    pub(crate) fn place(
        &mut self,
        position: &OVector<f64, D>,
        momentum: &OVector<f64, D>,
        gradient: &OVector<f64, D>,
    ) {
        let mass = self.ball.mass;
        self.position.copy_from(position);
        self.velocity.zip_apply(momentum, |u, p| *u = p / mass);
        self.gradient.copy_from(gradient);
    }

    /// The current position and momentum.
    pub(crate) fn start(&self) -> Vec<f64> {
        let momenta = self.velocity.iter().map(|u| self.ball.mass * u);
        self.position.iter().copied().chain(momenta).collect()
    }

    /// Writes the position and the momentum at the end of the accepted step.
    #[inline]
    pub(crate) fn write_end(&mut self, block: &mut Block<'_>) {
        block.put(self.next_position.as_slice());
        if let Some(work) = &mut self.work {
            let mass = self.ball.mass;
            work.partial
                .zip_apply(&self.next_velocity, |slot, u| *slot = mass * u);
            block.put(work.partial.as_slice());
        }
    }
}

/// All stages of a step, compiled for the processor: they are sums of products.
#[multiversion::multiversion(targets("x86_64+avx2+fma"))]
fn attempt<P, T, D, const S: usize>(pair: &mut Nystrom<'_, P, T, D, S>, size: f64) -> f64
where
    P: Potential<f64, D> + ?Sized,
    T: NystromTable<S>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    let Some(Work {
        mut displacement,
        mut partial,
        mut position,
        mut gradient,
        mut sums,
    }) = pair.work.take()
    else {
        return f64::NAN;
    };
    pair.size = size;
    pair.factors = pair.exponentials(size);
    let [decays, growths] = &pair.factors;
    let rate = pair.rate;
    let (square, curvature) = (size * size, rate * rate * size * size);
    let force = square / pair.ball.mass;
    displacement.fill(0.0);
    gradient.copy_from(&pair.gradient);
    for stage in 0..T::LAST {
        // What the next position needs but for the gradient here, so that only two operations follow the gradient.
        let (reach, row) = (T::NODES[stage + 1] * size, &T::ROWS[stage + 1]);
        partial.zip_apply(&pair.velocity, |slot, u| *slot = reach * u);
        for (weight, earlier) in row.iter().zip(&pair.stages).take(stage) {
            partial.zip_apply(earlier, |slot, k| *slot += weight * k);
        }
        let (weight, pull, decay) = (row[stage], force * growths[stage], decays[stage + 1]);
        pair.stages[stage].zip_zip_apply(&displacement, &gradient, |k, y, g| {
            *k = curvature * y - pull * g;
        });
        let bend = weight * curvature;
        partial.zip_apply(&displacement, |slot, y| *slot += bend * y);
        position.zip_zip_apply(&pair.position, &partial, |slot, x, y| *slot = x + decay * y);
        let direct = decay * (weight * pull);
        position.zip_apply(&gradient, |slot, g| *slot -= direct * g);
        let step = weight * pull;
        displacement.zip_zip_apply(&partial, &gradient, |y, partial, g| {
            *y = partial - step * g;
        });
        if stage + 1 < T::LAST || T::NEEDS_LAST {
            gradient_at(pair.potential, &position, &mut gradient);
        }
    }
    let decay = decays[T::LAST];
    if T::NEEDS_LAST {
        let pull = force * growths[T::LAST];
        pair.stages[T::LAST].zip_zip_apply(&displacement, &gradient, |k, y, g| {
            *k = curvature * y - pull * g;
        });
    }
    let [kick, displaced, kicked] = &mut sums;
    kick.fill(0.0);
    displaced.fill(0.0);
    kicked.fill(0.0);
    let used = T::LAST + usize::from(T::NEEDS_LAST);
    let weights = T::VELOCITY
        .iter()
        .zip(&T::POSITION_ERROR)
        .zip(&T::VELOCITY_ERROR);
    for (((b, e), d), k) in weights.zip(&pair.stages).take(used) {
        kick.zip_apply(k, |sum, k| *sum += b * k);
        displaced.zip_apply(k, |sum, k| *sum += e * k);
        kicked.zip_apply(k, |sum, k| *sum += d * k);
    }
    let (mass, per_size, control) = (pair.ball.mass, 1.0 / size, pair.control);
    let (along, across) = (decay * per_size, decay * rate);
    kick.zip_zip_apply(&pair.velocity, &displacement, |slot, u, y| {
        *slot = decay * u + along * *slot - across * y;
    });
    // The error of y is one of the velocity, too.
    kicked.zip_apply(displaced, |slot, y| *slot = along * *slot - across * y);
    pair.next_velocity.copy_from(kick);
    let mut error = 0.0;
    for component in 0..position.len() {
        let per = decay / control.allowed(pair.position[component], position[component]);
        let (u, next) = (pair.velocity[component], pair.next_velocity[component]);
        let moved = per * displaced[component];
        let per = mass / control.allowed(mass * u, mass * next);
        let kicked = per * kicked[component];
        error += moved * moved + kicked * kicked;
    }
    pair.next_position.copy_from(&position);
    pair.next_gradient.copy_from(&gradient);
    pair.next_displacement.copy_from(&displacement);
    pair.evaluations += if T::NEEDS_LAST { T::LAST } else { T::LAST - 1 };
    let components = (2 * position.len()) as f64;
    pair.work = Some(Work {
        displacement,
        partial,
        position,
        gradient,
        sums,
    });
    error / components
}

impl<P, T, D, const S: usize> Pair for Nystrom<'_, P, T, D, S>
where
    P: Potential<f64, D> + ?Sized,
    T: NystromTable<S>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn largest(&self) -> f64 {
        LARGEST / self.rate
    }

    #[inline]
    fn attempt(&mut self, size: f64, _: Ends) -> f64 {
        attempt(self, size)
    }

    #[inline]
    fn factor(&self, square: f64) -> f64 {
        (0.75 * growth(square, T::EXPONENT)).clamp(0.2, 5.0)
    }

    #[inline]
    fn accept(&mut self, _: Ends) {
        if T::NEEDS_LAST {
            return;
        }
        gradient_at(self.potential, &self.next_position, &mut self.next_gradient);
        self.evaluations += 1;
        let [_, growths] = &self.factors;
        let curvature = self.rate * self.rate * self.size * self.size;
        let pull = self.size * self.size / self.ball.mass * growths[T::LAST];
        self.stages[T::LAST].zip_zip_apply(
            &self.next_displacement,
            &self.next_gradient,
            |k, y, g| {
                *k = curvature * y - pull * g;
            },
        );
    }

    #[inline]
    fn advance(&mut self) {
        std::mem::swap(&mut self.position, &mut self.next_position);
        std::mem::swap(&mut self.velocity, &mut self.next_velocity);
        std::mem::swap(&mut self.gradient, &mut self.next_gradient);
    }

    fn restart(&mut self, _: f64) {
        gradient_at(self.potential, &self.position, &mut self.gradient);
        self.evaluations += 1;
    }

    #[cold]
    fn spoiled(&mut self, size: f64, ends: Ends) -> Option<Spoiled> {
        if !all_finite(&self.gradient) {
            return Some(Spoiled {
                time: ends.from,
                magnitude: magnitude(&self.position),
            });
        }
        if size == 0.0 {
            return None;
        }
        // The stages in order, each from those before it; the first that is not finite is the cause.
        let [decays, growths] = self.exponentials(size);
        let curvature = self.rate * self.rate * size * size;
        let mut gradient = self.gradient.clone();
        let mut displacement = self.position.map(|_| 0.0);
        for stage in 0..=T::LAST {
            if stage > 0 {
                displacement.zip_apply(&self.velocity, |y, u| *y = T::NODES[stage] * size * u);
                for (weight, earlier) in T::ROWS[stage].iter().zip(&self.stages).take(stage) {
                    displacement.zip_apply(earlier, |y, k| *y += weight * k);
                }
                let position = &self.position + &displacement * decays[stage];
                gradient_at(self.potential, &position, &mut gradient);
                if !all_finite(&gradient) {
                    let is_finite = all_finite(&position);
                    return Some(Spoiled {
                        time: ends.from + T::NODES[stage] * size,
                        magnitude: if is_finite {
                            magnitude(&position)
                        } else {
                            f64::INFINITY
                        },
                    });
                }
            }
            let pull = size * size / self.ball.mass * growths[stage];
            self.stages[stage].zip_zip_apply(&displacement, &gradient, |k, y, g| {
                *k = curvature * y - pull * g;
            });
        }
        None
    }

    #[inline]
    fn is_finite(&self) -> bool {
        let mass = self.ball.mass;
        all_finite(&self.next_position) && self.next_velocity.iter().all(|u| (mass * u).is_finite())
    }

    fn travel(&self) -> f64 {
        let ends = self.next_position.iter().zip(self.position.iter());
        let squares = ends.map(|(to, from)| (to - from) * (to - from));
        squares.sum::<f64>().sqrt()
    }

    fn duration_of(&self, length: f64) -> f64 {
        let speed = self.velocity.norm();
        let force = self.gradient.norm() + self.ball.drag * speed;
        let acceleration = force / self.ball.mass;
        2.0 * length / (speed + (speed * speed + 2.0 * acceleration * length).sqrt())
    }

    /// As for a Runge–Kutta method: from the sizes of the derivative of (x, p) and of its change over a short step.
    fn first(&mut self, _: f64, direction: f64) -> f64 {
        let (mass, drag, control) = (self.ball.mass, self.ball.drag, self.control);
        let (position, velocity, gradient) = (&self.position, &self.velocity, &self.gradient);
        let norm = |of: &dyn Fn(usize) -> [f64; 2]| {
            let parts = (0..position.len()).map(|i| {
                let [x, p] = of(i);
                let momentum = mass * velocity[i];
                let x = x / control.allowed(position[i], position[i]);
                let p = p / control.allowed(momentum, momentum);
                x * x + p * p
            });
            parts.sum::<f64>().sqrt()
        };
        let size = norm(&|i| [position[i], mass * velocity[i]]);
        let speed = norm(&|i| [velocity[i], -gradient[i] - drag * velocity[i]]);
        let short = if size < 1e-5 || speed < 1e-5 {
            1e-6
        } else {
            0.01 * (size / speed)
        };
        let short = short.min(self.largest());
        let moved = position + velocity * (direction * short);
        gradient_at(self.potential, &moved, &mut self.next_gradient);
        self.evaluations += 1;
        let change = norm(&|i| {
            let kick = -(gradient[i] + drag * velocity[i]);
            let turned = self.next_gradient[i] - gradient[i];
            [
                kick / mass,
                (-turned - drag * kick / mass * (direction * short)) / short,
            ]
        });
        let largest = speed.max(change);
        let estimate = if largest <= 1e-15 {
            (short * 1e-3).max(1e-6)
        } else {
            libm::pow(0.01 / largest, 1.0 / T::EXPONENT as f64)
        };
        if estimate.is_finite() {
            (100.0 * short).min(estimate)
        } else {
            short
        }
    }

    fn evaluations(&self) -> usize {
        self.evaluations
    }
}
