//! Errors at random arguments, against double-double arithmetic.

use super::double_double::{
    Double, exponential, exponential_minus_one, hyperbolic_tangent, logarithm,
    logarithm_of_one_plus, sine_and_cosine,
};
use super::{FUNCTIONS, Function, POWERS, last_place, power_of_two};
use heavyball::elementary::{cos, cos_bounded, powf, sin, sin_bounded};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use rayon::prelude::*;

/// A number from its range, evenly, or evenly in its logarithm.
fn argument(name: &str, random: &mut ChaCha8Rng) -> f64 {
    let bits = random.next_u64();
    let even = (bits >> 11) as f64 / 2.0_f64.powi(53);
    let mut size = |low: i32, high: i32| {
        let exponent = (random.next_u32() % (high - low) as u32) as i32 + low;
        (1.0 + even) * power_of_two(exponent)
    };
    let sign = if bits & 2 == 0 { 1.0 } else { -1.0 };
    let x = match (name.trim_end_matches("_bounded"), bits & 1) {
        ("exp", 0) => return -745.1 + 1454.8 * even,
        ("exp_m1", 0) => return -50.0 + 750.0 * even,
        ("exp" | "exp_m1", _) => size(-30, 2),
        ("ln", 0) => return 0.5 + 1.5 * even,
        ("ln", _) => return size(-1070, 1023),
        ("ln_1p", 0) => return -1.0 + 2.0 * even,
        ("ln_1p", _) => return size(-60, 300),
        ("sin" | "cos", 0) => 10.0 * even,
        ("sin" | "cos", _) => size(-30, 29),
        (_, 0) => 22.0 * even,
        _ => size(-30, 1),
    };
    sign * x
}

/// The error of y = eˣ in units in its last place.
fn error_of_exponential(x: Double, y: f64) -> f64 {
    // Both divided by 2ᵏ, since the exact value may be subnormal.
    let (k, small) = exponential(x);
    let scaled = |y: f64| y * power_of_two(-k / 2) * power_of_two(-k - -k / 2);
    let difference = Double(scaled(y), 0.0) - (small + 1.0.into());
    (difference.0 / scaled(last_place(y))).abs()
}

/// The error of y = f(x) in units in its last place.
fn error(name: &str, x: f64, y: f64) -> f64 {
    let (exact, y, place) = match name.trim_end_matches("_bounded") {
        "exp" => return error_of_exponential(x.into(), y),
        "exp_m1" => {
            let exact = exponential_minus_one(x.into());
            (exact, y, last_place(exact.0))
        }
        "ln" => (logarithm(x.into(), x.ln()), y, last_place(y)),
        "ln_1p" => (logarithm_of_one_plus(x.into(), x.ln_1p()), y, last_place(y)),
        "sin" => (sine_and_cosine(x).0, y, last_place(y)),
        "cos" => (sine_and_cosine(x).1, y, last_place(y)),
        _ => (hyperbolic_tangent(x), y, last_place(y)),
    };
    let difference = Double(y, 0.0) - exact;
    (difference.0 / place).abs()
}

/// The largest error over `count` arguments, and where.
fn largest(Function { name, of, .. }: &Function, count: u64) -> (f64, f64) {
    let parts = (0..64_u64).into_par_iter().map(|part| {
        let mut random = ChaCha8Rng::seed_from_u64(part);
        (0..count / 64).fold((0.0, 0.0), |worst: (f64, f64), _| {
            let x = argument(name, &mut random);
            let error = error(name, x, of(x));
            // A NaN is an error too.
            if error <= worst.0 { worst } else { (error, x) }
        })
    });
    parts.reduce(|| (0.0, 0.0), |a, b| if b.0 <= a.0 { a } else { b })
}

/// The largest error of a power over `count` bases and exponents, and where.
fn largest_of_powers(count: u64) -> (f64, (f64, f64)) {
    let parts = (0..64_u64).into_par_iter().map(|part| {
        let mut random = ChaCha8Rng::seed_from_u64(100 + part);
        (0..count / 64).fold((0.0, (0.0, 0.0)), |worst: (f64, (f64, f64)), k| {
            // Bases near 1, where the logarithm is small and the exponent large, and bases of any size.
            let near = ["ln_1p", "ln"][k as usize % 2];
            let x = argument(near, &mut random);
            let x = if near == "ln_1p" { 1.0 + x } else { x };
            let even = (random.next_u64() >> 11) as f64 / 2.0_f64.powi(53);
            let y = (-744.0 + 1453.0 * even) / x.ln();
            if !y.is_finite() || x <= 0.0 || x == f64::INFINITY {
                return worst;
            }
            let size = logarithm(x.into(), x.ln()) * y.into();
            let error = error_of_exponential(size, powf(x, y));
            if error <= worst.0 {
                worst
            } else {
                (error, (x, y))
            }
        })
    });
    parts.reduce(|| (0.0, (0.0, 0.0)), |a, b| if b.0 <= a.0 { a } else { b })
}

#[allow(clippy::print_stdout, reason = "the table is the result")]
fn check(count: u64) {
    let (error, (x, y)) = largest_of_powers(count);
    println!("powf         {error:.4} at {x:e}, {y:e}");
    assert!(
        error > 0.5 && error <= POWERS,
        "powf({x:e}, {y:e}): {error}"
    );
    for function in &FUNCTIONS {
        let (error, x) = largest(function, count);
        println!("{:12} {error:.4} at {x:e}", function.name);
        assert!(
            error <= function.promised,
            "{}({x:e}): {error}",
            function.name
        );
        assert!(
            error > 0.5,
            "{}: the error of rounding alone is ½",
            function.name
        );
    }
}

/// The promised error holds at random arguments.
#[test]
fn random_arguments_have_the_promised_error() {
    check(64_000);
}

/// The table of the documentation: 10⁸ arguments of each function.
#[test]
#[ignore = "minutes: cargo test --release --test elementary -- --ignored --nocapture"]
fn a_hundred_million_arguments_have_the_promised_error() {
    check(100_000_000);
}

/// The two reductions of an angle, by the bits of 2/π and by subtraction of multiples of π/2, agree up to 2⁴⁰.
#[test]
fn both_reductions_agree() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for _ in 0..50_000 {
        let bits = random.next_u64();
        let exponent = (bits % 68) as i32 - 28;
        let x = (1.0 + (bits >> 11) as f64 / 2.0_f64.powi(53)) * power_of_two(exponent);
        for (a, b) in [(sin(x), sin_bounded(x)), (cos(x), cos_bounded(x))] {
            assert!((a - b).abs() <= last_place(a), "{x:e}: {a:e} {b:e}");
        }
    }
}

/// The standard library's functions, of which each system has its own, differ by at most two units in the last place.
#[test]
fn the_standard_library_agrees() {
    let standard: [fn(f64) -> f64; 9] = [
        f64::exp,
        f64::exp_m1,
        f64::ln,
        f64::ln_1p,
        f64::sin,
        f64::cos,
        f64::sin,
        f64::cos,
        f64::tanh,
    ];
    for (Function { name, of, .. }, standard) in FUNCTIONS.iter().zip(standard) {
        let mut random = ChaCha8Rng::seed_from_u64(11);
        for _ in 0..20_000 {
            let x = argument(name, &mut random);
            let (ours, theirs) = (of(x), standard(x));
            assert!(
                (ours - theirs).abs() <= 2.0 * last_place(theirs),
                "{name}({x:e})"
            );
        }
    }
}
