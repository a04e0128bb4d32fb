//! What must hold for every outcome.

use heavyball::prelude::*;

/// Numbers that must be finite.
pub(crate) trait Numbers {
    fn all_finite(&self) -> bool;
}

impl Numbers for f64 {
    fn all_finite(&self) -> bool {
        self.is_finite()
    }
}

impl Numbers for () {
    fn all_finite(&self) -> bool {
        true
    }
}

impl Numbers for HeavyBall {
    fn all_finite(&self) -> bool {
        self.mass.is_finite() && self.drag.is_finite()
    }
}

impl Numbers for Momentum {
    fn all_finite(&self) -> bool {
        self.alpha.is_finite() && self.beta.is_finite()
    }
}

impl Numbers for Nesterov {
    fn all_finite(&self) -> bool {
        self.alpha.is_finite() && self.beta.is_finite()
    }
}

impl<D: nalgebra::Dim> Numbers for nalgebra::OVector<f64, D>
where
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<D>,
{
    fn all_finite(&self) -> bool {
        self.iter().all(|x| x.is_finite())
    }
}

impl<D: nalgebra::Dim> Numbers for Phase<f64, D>
where
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<D>,
{
    fn all_finite(&self) -> bool {
        self.position.all_finite() && self.momentum.all_finite()
    }
}

impl<D: nalgebra::Dim> Numbers for Iterate<f64, D>
where
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<D>,
{
    fn all_finite(&self) -> bool {
        self.position.all_finite() && self.velocity.all_finite()
    }
}

impl<T: Numbers> Numbers for Vec<T> {
    fn all_finite(&self) -> bool {
        self.iter().all(Numbers::all_finite)
    }
}

impl<T: Numbers> Numbers for Option<T> {
    fn all_finite(&self) -> bool {
        self.iter().all(Numbers::all_finite)
    }
}

impl<A: Numbers, B: Numbers> Numbers for (A, B) {
    fn all_finite(&self) -> bool {
        self.0.all_finite() && self.1.all_finite()
    }
}

/// Checks an outcome: `Ok` is finite, and an error has a usable message. Returns what is Ok.
#[track_caller]
pub(crate) fn checked<T: Numbers + std::fmt::Debug>(
    outcome: Result<T, impl std::fmt::Display>,
) -> Option<T> {
    match outcome {
        Ok(found) => {
            assert!(found.all_finite(), "Ok, but not finite: {found:?}");
            Some(found)
        }
        Err(error) => {
            message(&error.to_string());
            None
        }
    }
}

/// The same for what has no numbers to check here.
#[track_caller]
pub(crate) fn any<T>(outcome: Result<T, impl std::fmt::Display>) -> Option<T> {
    outcome.map_err(|error| message(&error.to_string())).ok()
}

/// A message has 1 to 400 characters, no number of more than 25 digits, and no advice that no number keeps to.
#[track_caller]
pub(crate) fn message(text: &str) {
    let length = text.chars().count();
    assert!((1..=400).contains(&length), "{length} characters: {text}");
    let digits = text
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max();
    assert!(digits <= Some(25), "absurd digits: {text}");
    for absurd in [
        "below 0 ",
        "below 0,",
        "below inf",
        "above inf",
        "below NaN",
        "above NaN",
        "below -",
    ] {
        assert!(!text.contains(absurd), "absurd advice: {text}");
    }
}
