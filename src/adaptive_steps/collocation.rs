//! Collocation: implicit steps for a ball of small mass or large drag, with the drag exact.
//!
//! Within a step the gradient along the motion, g(t) = ∇f(x(t)), is replaced by the polynomial through its values at eight
//! Gauss–Lobatto points. Momentum and position then follow exactly (derivation (59)):
//!
//! p(ch) = e^(−zc)p₀ − h Σⱼ kickⱼ(c)gⱼ, x(ch) = x₀ + (1 − e^(−zc))p₀/γ − (h/γ) Σⱼ reachⱼ(c)gⱼ, z = γh/m.
//!
//! The values gⱼ are found by iteration, from the polynomial of the step before. It converges where ∇f changes little over a
//! step, |∇²f|h/γ below about 2, whatever the mass: the stiffness of m ẍ = −∇f − γẋ is in its drag alone.
//!
//! Reference for exponential integrators: M. Hochbruck, A. Ostermann, *Acta Numerica* 19 (2010) 209.

use crate::adaptive_steps::collocation_weights::{LOBATTO, NODES, Point, Row, Weights, lagrange};
use crate::check::{all_finite, magnitude};
use crate::ode::adaptive::control::{Control, growth};
use crate::ode::adaptive::pair::{Ends, Pair, Spoiled};
use crate::ode::adaptive::record::Block;
use crate::particle::HeavyBall;
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::sync::OnceLock;

/// The error estimate is the change if one inner point is left out of the interpolation.
const LEFT_OUT: usize = 4;
/// It is O(hᵏ) with this k.
const EXPONENT: i64 = 8;
/// The largest number of iterations, and the part of the allowed error to which they converge.
const ITERATIONS: usize = 16;
const CONVERGED: f64 = 1e-3;
/// The contraction per iteration to which the size of a step is adapted. Contraction is about proportional to the size h, so
/// that h·ln(1/θ), the time per iteration, is largest at θ = 1/e.
const CONTRACTION: f64 = 0.37;
/// The square of the error that is reported for a step whose iteration does not converge, so that its size is halved.
const NOT_CONVERGED: f64 = 1e4;

/// What the weights at the points need that does not depend on the step, computed once.
static POINTS: OnceLock<Vec<Point>> = OnceLock::new();

/// The method at a point of the motion of a ball.
pub(crate) struct Collocation<'r, P: ?Sized, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    potential: &'r P,
    control: &'r Control,
    ball: HeavyBall,
    pub(crate) position: OVector<f64, D>,
    pub(crate) momentum: OVector<f64, D>,
    /// ∇f at the points of the step; the first is that at the current point.
    pub(crate) gradients: [OVector<f64, D>; NODES],
    pub(crate) next_position: OVector<f64, D>,
    pub(crate) next_momentum: OVector<f64, D>,
    /// The gradients of the step before, for extrapolation, and its size; 0 if there is none.
    before: ([OVector<f64, D>; NODES], f64),
    work: OVector<f64, D>,
    old: OVector<f64, D>,
    points: &'static [Point],
    /// The size for which the weights were computed.
    weighted: f64,
    weights: Vec<(Weights, f64)>,
    /// The weights of the eight values in a value at [`LEFT_OUT`] interpolated from the other seven.
    others: Row,
    pub(crate) size: f64,
    pub(crate) evaluations: usize,
    /// The number of evaluations of the last attempt.
    pub(crate) cost: usize,
    /// The ratio of the changes in the last two iterations; 0 if there was one.
    contraction: f64,
    /// The largest number of iterations.
    most: usize,
    /// Whether an attempt is given up as soon as it will not converge at the rate so far.
    is_trial: bool,
}

impl<'r, P, D> Collocation<'r, P, D>
where
    P: Potential<f64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The method for `ball`, whose drag must not be zero, to be [placed](Self::place).
    pub(crate) fn new(
        ball: HeavyBall,
        potential: &'r P,
        control: &'r Control,
        position: &OVector<f64, D>,
    ) -> Self {
        let vector = || position.clone();
        let mut others = [0.0; NODES];
        for (j, slot) in others
            .iter_mut()
            .enumerate()
            .filter(|(j, _)| *j != LEFT_OUT)
        {
            let rest = (0..NODES).filter(|k| *k != j && *k != LEFT_OUT);
            let parts = rest.map(|k| (LOBATTO[LEFT_OUT] - LOBATTO[k]) / (LOBATTO[j] - LOBATTO[k]));
            *slot = parts.product();
        }
        Self {
            potential,
            control,
            ball,
            position: vector(),
            momentum: vector(),
            gradients: std::array::from_fn(|_| vector()),
            next_position: vector(),
            next_momentum: vector(),
            before: (std::array::from_fn(|_| vector()), 0.0),
            work: vector(),
            old: vector(),
            points: POINTS.get_or_init(|| LOBATTO.iter().map(|node| Point::new(*node)).collect()),
            weighted: 0.0,
            weights: Vec::new(),
            others,
            size: 0.0,
            evaluations: 0,
            cost: 0,
            contraction: 0.0,
            most: ITERATIONS,
            is_trial: false,
        }
    }

    /// Moves to a position with a momentum, where the gradient is `gradient`.
    pub(crate) fn place(
        &mut self,
        position: &OVector<f64, D>,
        momentum: &OVector<f64, D>,
        gradient: &OVector<f64, D>,
    ) {
        self.position.copy_from(position);
        self.momentum.copy_from(momentum);
        self.gradients[0].copy_from(gradient);
        self.before.1 = 0.0;
    }

    /// Attempts a step of `size`, and gives up once it has taken `gradients`.
    pub(crate) fn try_step(&mut self, size: f64, gradients: f64) -> f64 {
        self.most = (gradients / (NODES - 1) as f64) as usize;
        self.is_trial = true;
        let square = self.attempt(size, Ends { from: 0.0, to: 0.0 });
        self.most = ITERATIONS;
        self.is_trial = false;
        square
    }

    /// Writes the position and the momentum at the end of the step, and for its dense output the gradients.
    pub(crate) fn write_end(&self, block: &mut Block<'_>, is_dense: bool) {
        block.put(self.next_position.as_slice());
        block.put(self.next_momentum.as_slice());
        if is_dense {
            for gradient in &self.gradients {
                block.put(gradient.as_slice());
            }
        }
    }

    /// The weights for a step of `size`.
    fn weigh(&mut self, size: f64) {
        if self.weighted != size {
            let z = self.ball.drag * size / self.ball.mass;
            self.weights.clear();
            self.weights
                .extend(self.points.iter().map(|point| point.weights(z)));
            self.weighted = size;
        }
    }

    /// The first guess of the gradients: the polynomial of the step before, or the gradient at the current point.
    fn guess(&mut self, size: f64) {
        let (before, length) = &self.before;
        let [first, rest @ ..] = &mut self.gradients;
        for (gradient, node) in rest.iter_mut().zip(&LOBATTO[1..]) {
            if *length == 0.0 {
                gradient.copy_from(first);
                continue;
            }
            gradient.fill(0.0);
            for (weight, value) in lagrange(1.0 + node * size / length).iter().zip(before) {
                gradient.zip_apply(value, |slot, g| *slot += weight * g);
            }
        }
    }

    /// Writes the position at point `number` of a step of `size` into `work`.
    fn locate(&mut self, number: usize, size: f64) {
        let Some((weights, decay)) = self.weights.get(number) else {
            return;
        };
        let per_drag = 1.0 / self.ball.drag;
        let glide = (1.0 - decay) * per_drag;
        self.work
            .zip_zip_apply(&self.position, &self.momentum, |slot, x, p| {
                *slot = x + glide * p;
            });
        for (weight, gradient) in weights.reach.iter().zip(&self.gradients) {
            let weight = size * per_drag * weight;
            self.work.zip_apply(gradient, |slot, g| *slot -= weight * g);
        }
    }

    /// One iteration: the gradients at the points in order, each at the position that the latest values give.
    ///
    /// Returns the square of the largest change that a gradient makes in the position or the momentum, in units of a small
    /// part of what is allowed, but not less than rounding; NaN if a gradient is not finite.
    fn iterate(&mut self, size: f64) -> f64 {
        let HeavyBall { mass, drag } = self.ball;
        let memory = (mass / drag).min(size.abs());
        let control = self.control;
        // Rounding is that of what the force contributes, however small the value is at the start.
        let unit = |value: f64, contribution: f64| {
            let rounding = 8.0 * f64::EPSILON * value.abs().max(contribution.abs());
            CONVERGED * control.allowed(value, value) + rounding
        };
        let mut largest = 0.0;
        for number in 1..NODES {
            self.locate(number, size);
            let gradient = &mut self.gradients[number];
            self.old.copy_from(gradient);
            gradient_at(self.potential, &self.work, gradient);
            self.cost += 1;
            let mut change = 0.0;
            for component in 0..gradient.len() {
                let by = gradient[component] - self.old[component];
                let (x, p) = (self.position[component], self.momentum[component]);
                let g = gradient[component];
                let moved = by * size / drag / unit(x, g * size / drag);
                let kicked = by * memory / unit(p, g * memory);
                change += moved * moved + kicked * kicked;
            }
            if change.is_nan() {
                return f64::NAN;
            }
            largest = change.max(largest);
        }
        largest / (2 * self.position.len()) as f64
    }
}

impl<P, D> Pair for Collocation<'_, P, D>
where
    P: Potential<f64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn attempt(&mut self, size: f64, _: Ends) -> f64 {
        self.size = size;
        self.cost = 0;
        self.weigh(size);
        self.guess(size);
        let mut change = f64::INFINITY;
        self.contraction = 0.0;
        for iteration in 1..=self.most {
            let before = change;
            change = self.iterate(size);
            self.contraction = (change / before).sqrt();
            let hopeless = |rate: f64| {
                let left = self.most - iteration;
                self.is_trial && change * rate.powi(left as i32 + 1) > 1.0
            };
            if change.is_nan() || change <= 1.0 || change > before || hopeless(change / before) {
                break;
            }
        }
        self.evaluations += self.cost;
        if change.is_nan() {
            return f64::NAN;
        }
        if change > 1.0 {
            return NOT_CONVERGED;
        }
        self.locate(NODES - 1, size);
        self.next_position.copy_from(&self.work);
        let Some((weights, decay)) = self.weights.last() else {
            return f64::NAN;
        };
        self.next_momentum
            .zip_apply(&self.momentum, |slot, p| *slot = decay * p);
        for (weight, gradient) in weights.kick.iter().zip(&self.gradients) {
            let weight = size * weight;
            self.next_momentum
                .zip_apply(gradient, |slot, g| *slot -= weight * g);
        }
        // What the interpolation would change without one of its points, times the polynomial that is 1 at this point.
        let defect = &mut self.old;
        defect.copy_from(&self.gradients[LEFT_OUT]);
        for (weight, gradient) in self.others.iter().zip(&self.gradients) {
            defect.zip_apply(gradient, |slot, g| *slot -= weight * g);
        }
        let (reach, kick) = (
            size / self.ball.drag * weights.reach[LEFT_OUT],
            size * weights.kick[LEFT_OUT],
        );
        let mut error = 0.0;
        for component in 0..defect.len() {
            let (x, p) = (self.position[component], self.momentum[component]);
            let (next, launched) = (self.next_position[component], self.next_momentum[component]);
            let moved = reach * defect[component] / self.control.allowed(x, next);
            let kicked = kick * defect[component] / self.control.allowed(p, launched);
            error += moved * moved + kicked * kicked;
        }
        error / (2 * defect.len()) as f64
    }

    fn factor(&self, square: f64) -> f64 {
        let permitted = (CONTRACTION / self.contraction).max(0.3);
        let factor = (0.9 * growth(square, EXPONENT))
            .clamp(0.2, 5.0)
            .min(permitted);
        // The weights of a size that is kept need not be computed again.
        if (1.0..1.2).contains(&factor) {
            1.0
        } else {
            factor
        }
    }

    fn accept(&mut self, _: Ends) {}

    fn advance(&mut self) {
        std::mem::swap(&mut self.position, &mut self.next_position);
        std::mem::swap(&mut self.momentum, &mut self.next_momentum);
        std::mem::swap(&mut self.gradients, &mut self.before.0);
        self.before.1 = self.size;
        self.gradients[0].copy_from(&self.before.0[NODES - 1]);
    }

    fn restart(&mut self, _: f64) {
        gradient_at(self.potential, &self.position, &mut self.gradients[0]);
        self.evaluations += 1;
        self.before.1 = 0.0;
    }

    #[cold]
    fn spoiled(&mut self, size: f64, ends: Ends) -> Option<Spoiled> {
        self.weigh(size);
        self.guess(size);
        for (number, node) in LOBATTO.iter().enumerate().skip(1) {
            self.locate(number, size);
            gradient_at(self.potential, &self.work, &mut self.gradients[number]);
            if !all_finite(&self.gradients[number]) {
                return Some(Spoiled {
                    time: ends.from + node * size,
                    magnitude: magnitude(&self.work),
                });
            }
        }
        None
    }

    #[inline]
    fn is_finite(&self) -> bool {
        all_finite(&self.next_position) && all_finite(&self.next_momentum)
    }

    fn travel(&self) -> f64 {
        let ends = self.next_position.iter().zip(self.position.iter());
        let squares = ends.map(|(to, from)| (to - from) * (to - from));
        squares.sum::<f64>().sqrt()
    }

    fn duration_of(&self, length: f64) -> f64 {
        let HeavyBall { mass, drag } = self.ball;
        let gliding = self.momentum.norm() / mass + self.gradients[0].norm() / drag;
        length / gliding
    }

    fn first(&mut self, _: f64, _: f64) -> f64 {
        self.ball.mass / self.ball.drag
    }

    fn evaluations(&self) -> usize {
        self.evaluations
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::potentials::{Quadratic, from_fn};
    use nalgebra::{Const, Vector2, vector};

    const NOWHERE: Ends = Ends { from: 0.0, to: 0.0 };

    /// ∫₀¹ e^(−z(1 − σ))σ^q dσ, where z ≤ 2 by its power series, and from z = 10 on by M_q = (1 − qM_{q−1})/z.
    fn moment(z: f64, q: usize) -> f64 {
        if z <= 2.0 {
            let (mut term, mut sum) = (1.0 / (q + 1) as f64, 0.0);
            for i in 0..60 {
                sum += term;
                term *= -z / (q + 2 + i) as f64;
            }
            sum
        } else {
            let first = -(-z).exp_m1() / z;
            (1..=q).fold(first, |before, q| (1.0 - q as f64 * before) / z)
        }
    }

    /// Derivation (59): the step is exact where the gradient along the motion is a polynomial of degree at most 7 in time,
    /// whatever z = γh/m, and not for degree 8. The first coordinate glides at speed 1, held by a force −γ, and is the time;
    /// the second is pushed by its powers: p = −M_q and x = −(1/(q + 1) − M_q)/γ at h = 1.
    #[test]
    fn a_step_is_exact_for_polynomials_of_degree_7() {
        let control = Control::new(1e-12, 1e-12);
        for z in [0.5, 2.0, 10.0, 1e2, 1e4, 1e8] {
            for drag in [1.0, 30.0] {
                for q in 0..=8 {
                    let ball = HeavyBall {
                        mass: drag / z,
                        drag,
                    };
                    let push = from_fn(
                        |_: &Vector2<f64>| 0.0,
                        move |x: &Vector2<f64>| vector![-drag, x.x.powi(q as i32)],
                    );
                    let start = vector![0.0, 0.0];
                    let mut steps = Collocation::<_, Const<2>>::new(ball, &push, &control, &start);
                    let first = vector![-drag, f64::from(u8::from(q == 0))];
                    steps.place(&start, &vector![ball.mass, 0.0], &first);
                    let square = steps.attempt(1.0, NOWHERE);
                    let (p, x) = (-moment(z, q), -(1.0 / (q + 1) as f64 - moment(z, q)) / drag);
                    let (x_error, p_error) = (steps.next_position.y - x, steps.next_momentum.y - p);
                    // The error is estimated by leaving out a point, for which degree 7 is too high.
                    assert_eq!(square <= 1.0, q <= 6, "{z} {q}: {square}");
                    if q <= 7 {
                        assert!(x_error.abs() < 3e-15 / drag, "{z} {q}: {x_error:e}");
                        assert!(p_error.abs() < 3e-15, "{z} {q}: {p_error:e}");
                    } else if (10.0..1e5).contains(&z) {
                        // The weights of the Lobatto points, which a small z leaves nearly as they are, have degree 13.
                        assert!(p_error.abs() > 1e-10 / z, "{z}: {p_error:e}");
                    }
                    assert!((steps.next_position.x - 1.0).abs() < 1e-14, "{z}");
                }
            }
        }
    }

    /// The factors by which a gradient changes less from one iteration to the next, on a bowl of this curvature.
    fn contraction(mass: f64, drag: f64, curvature: f64, size: f64) -> f64 {
        let bowl = Quadratic::diagonal(vector![curvature]).unwrap();
        // So that a change is measured in one unit throughout.
        let control = Control::new(1e-300, 1.0);
        let ball = HeavyBall { mass, drag };
        let mut steps = Collocation::<_, Const<1>>::new(ball, &bowl, &control, &vector![1.0]);
        steps.place(&vector![1.0], &vector![0.0], &vector![curvature]);
        steps.weigh(size);
        steps.guess(size);
        let changes: Vec<_> = (0..6).map(|_| steps.iterate(size).sqrt()).collect();
        (changes[5] / changes[1]).powf(0.25)
    }

    /// Derivation (60): the iteration contracts like |∇²f|h/γ, here by 0.086 of it: by the same factor for any mass that is
    /// small against γh, and by less for a larger one.
    #[test]
    fn the_iteration_contracts_alike_for_every_mass() {
        for stiffness in [0.1, 0.2, 0.4, 0.8, 1.6] {
            let limit = contraction(1e-14, 1.0, stiffness, 1.0);
            assert!(
                (limit / stiffness - 0.086).abs() < 0.004,
                "{stiffness} {limit}"
            );
            for mass in [1e-12, 1e-8, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0] {
                for (drag, size) in [(1.0, 1.0), (1e3, 1.0), (1.0, 1e-3), (0.01, 100.0)] {
                    // The same γh/m and |∇²f|h/γ.
                    let curvature = stiffness * drag / size;
                    let factor = contraction(mass * drag * size, drag, curvature, size);
                    assert!(
                        factor < limit * (1.0 + 1e-4),
                        "{stiffness} {mass} {factor} {limit}"
                    );
                    if mass <= 1e-3 {
                        assert!(factor > limit * 0.98, "{stiffness} {mass} {factor} {limit}");
                    }
                }
            }
        }
    }
}
