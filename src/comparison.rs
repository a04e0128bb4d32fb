//! Comparison: approx's traits for phases and iterates, component by component.

use crate::{Iterate, Number, Phase};
use approx::{AbsDiffEq, RelativeEq};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

macro_rules! comparison {
    ($pair:ident { $first:ident, $second:ident }) => {
        /// Two are equal if every component is, within the tolerance.
        impl<T, D> AbsDiffEq for $pair<T, D>
        where
            T: Number + AbsDiffEq<Epsilon = T>,
            D: Dim,
            DefaultAllocator: Allocator<D>,
        {
            type Epsilon = T;

            fn default_epsilon() -> T {
                T::default_epsilon()
            }

            fn abs_diff_eq(&self, other: &Self, epsilon: T) -> bool {
                self.$first.abs_diff_eq(&other.$first, epsilon.clone())
                    && self.$second.abs_diff_eq(&other.$second, epsilon)
            }
        }

        /// Two are equal if every component is, within the larger of both tolerances.
        impl<T, D> RelativeEq for $pair<T, D>
        where
            T: Number + RelativeEq<Epsilon = T>,
            D: Dim,
            DefaultAllocator: Allocator<D>,
        {
            fn default_max_relative() -> T {
                T::default_max_relative()
            }

            fn relative_eq(&self, other: &Self, epsilon: T, max_relative: T) -> bool {
                let (first, second) = (&self.$first, &self.$second);
                first.relative_eq(&other.$first, epsilon.clone(), max_relative.clone())
                    && second.relative_eq(&other.$second, epsilon, max_relative)
            }
        }
    };
}

comparison!(Phase { position, momentum });
comparison!(Iterate { position, velocity });

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_abs_diff_ne, assert_relative_eq, assert_relative_ne};
    use nalgebra::vector;

    #[test]
    fn every_component_counts() {
        let phase = Phase::new(vector![1.0, 2.0], vector![3.0, 4.0]);
        let moved = Phase::new(vector![1.0, 2.0], vector![3.0, 4.001]);
        assert_abs_diff_eq!(phase, moved, epsilon = 2e-3);
        assert_abs_diff_ne!(phase, moved, epsilon = 5e-4);
        assert_relative_eq!(phase, moved, max_relative = 5e-4);
        assert_relative_ne!(phase, moved, max_relative = 1e-4);
    }
}
