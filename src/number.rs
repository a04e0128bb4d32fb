//! Number: the scalar types a step can run on.
//!
//! Each step is written once and runs on `f64` and `f32`; on dual numbers, which propagate derivatives with
//! respect to an initial value or a parameter through the whole run; and on exact rationals, on which two
//! algorithms can be compared with `==` instead of a tolerance.

use crate::elementary;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Scalar, U1};
use num_dual::{
    Dual, Dual2, Dual2Vec, Dual3, DualNum, DualNumFloat, DualVec, HyperDual, HyperDualVec,
    HyperHyperDual,
};
use num_rational::BigRational;
use num_traits::{FromPrimitive, NumAssign, ToPrimitive};
use std::ops::Neg;

/// A scalar type with the field operations, on which a step can run.
///
/// Implemented for `f64`, `f32`, every dual number of `num_dual`, and
/// [`BigRational`](num_rational::BigRational). A step needs `+ − × ÷` and small integers; a method with
/// exact damping also needs [`Exponential`], which the rationals do not have.
///
/// ```
/// use heavyball::Number;
/// use num_rational::BigRational;
///
/// fn half<T: Number>() -> T {
///     T::one() / T::integer(2)
/// }
/// assert_eq!(half::<f64>(), 0.5);
/// assert_eq!(half::<BigRational>() * BigRational::integer(2), BigRational::integer(1));
/// ```
pub trait Number: Scalar + NumAssign + Neg<Output = Self> + PartialOrd + FromPrimitive {
    /// The integer `n` as a number of this type.
    fn integer(n: i16) -> Self;

    /// The nearest `f64`: the real part of a dual number, the rounded value of a rational.
    ///
    /// Used only in reports and errors, never inside a step.
    fn to_f64(&self) -> f64;

    /// Whether the value is neither NaN nor infinite (its real part, for a dual number).
    fn is_finite(&self) -> bool;

    /// self·factor + summand, rounded once: the fused multiply-add of `f64` and `f32`, with the same bits on every
    /// processor.
    ///
    /// Exact types need no other arithmetic, and use the default. For a dual number the value is fused, so that it is
    /// that of the run on floats, and the derivatives follow the product rule. A gradient written with it rounds as
    /// the functions of [`potentials`](crate::potentials) do; where it is fast, docs/performance.md says.
    ///
    /// ```
    /// use heavyball::Number;
    /// use num_dual::Dual64;
    /// use num_rational::BigRational;
    ///
    /// fn remainder<T: Number>(x: T, square: T) -> T {
    ///     x.clone().mul_add(x, -square)
    /// }
    /// assert_eq!(remainder(0.1, 0.1 * 0.1), -8.326672684688674e-19); // what rounding took away from 0.1²
    /// assert_eq!(remainder(Dual64::new(0.1, 1.0), (0.1 * 0.1).into()), Dual64::new(-8.326672684688674e-19, 0.2));
    /// assert_eq!(remainder(BigRational::integer(3), BigRational::integer(9)), BigRational::integer(0));
    /// ```
    #[inline(always)]
    fn mul_add(self, factor: Self, summand: Self) -> Self {
        self * factor + summand
    }
}

/// A number with an exponential function, which exact damping e⁻ᶻ requires, and with the other elementary functions.
///
/// Implemented for `f64`, `f32` and the dual numbers. The functions from [`Self::exponential`] to
/// [`Self::power`] are those of
/// [`elementary`], which a loop over members of an ensemble evaluates several at a time: for `f64` with the same bits,
/// for `f32` rounded from `f64`, and for dual numbers with the same value and with derivatives by the chain rule. They
/// suit potentials that are written for any number.
///
/// ```
/// use heavyball::{Exponential, elementary};
/// use num_dual::Dual64;
///
/// // f = ½ ln(1 + x²), for numbers and for their derivatives.
/// fn valley<T: Exponential>(x: T) -> T {
///     (x.clone() * x).logarithm_of_one_plus() / T::integer(2)
/// }
/// assert_eq!(valley(3.0), elementary::ln_1p(9.0) / 2.0);
/// let slope = valley(Dual64::from(3.0).derivative());
/// assert_eq!(slope.re, valley(3.0));
/// assert!((slope.eps - 0.3).abs() < 1e-16); // x/(1 + x²)
/// ```
pub trait Exponential: Number {
    /// eˣ, [`elementary::exp`].
    fn exponential(&self) -> Self;

    /// ln x, [`elementary::ln`].
    fn logarithm(&self) -> Self;

    /// ln(1 + x), with full relative accuracy near x = 0, [`elementary::ln_1p`].
    fn logarithm_of_one_plus(&self) -> Self;

    /// sin x, [`elementary::sin`].
    fn sine(&self) -> Self;

    /// cos x, [`elementary::cos`].
    fn cosine(&self) -> Self;

    /// tanh x, [`elementary::tanh`].
    fn hyperbolic_tangent(&self) -> Self;

    /// xⁿ by repeated multiplication, [`elementary::powi`].
    fn integer_power(&self, n: i32) -> Self;

    /// xᵖ for a constant p, [`elementary::powf`].
    ///
    /// Where p is no integer, the derivatives of dual numbers at x = 0 are NaN for p < 3.
    fn power(&self, p: f64) -> Self;

    /// eˣ − 1, with full relative accuracy near x = 0, by the standard library; [`elementary::exp_m1`] is for loops.
    fn exponential_minus_one(&self) -> Self;

    /// e⁻ᶻ: the factor by which drag reduces the momentum during a step, with z = γΔt/m.
    ///
    /// ```
    /// use heavyball::Exponential;
    /// assert_eq!(0.0_f64.decay(), 1.0);
    /// assert!((1.0_f64.decay() - (-1.0_f64).exp()).abs() < 1e-16);
    /// assert!((40.0_f64.decay() / 4.248354255291589e-18 - 1.0).abs() < 1e-15);
    /// ```
    fn decay(&self) -> Self;

    /// (1 − e⁻ᶻ)/z: the mean of the decay factor over a step, with its limit 1 at z = 0.
    ///
    /// Below |z| = 1/8 it is computed by a series, since the quotient is 0/0 at z = 0 and loses digits near it,
    /// in the value and in the derivatives.
    ///
    /// ```
    /// use heavyball::Exponential;
    /// assert_eq!(0.0_f64.mean_decay(), 1.0);
    /// assert_eq!(1e-17_f64.mean_decay(), 1.0);
    /// assert!((2.0_f64.mean_decay() - 0.43233235838169365).abs() < 1e-16);
    /// ```
    fn mean_decay(&self) -> Self {
        let z = self.clone();
        if z.to_f64().abs() >= 0.125 {
            return -(-z.clone()).exponential_minus_one() / z;
        }
        // Σ (−z)ᵏ/(k+1)!; at z = 1/8 the first omitted term is 1e-21.
        (2..=13).rev().fold(Self::one(), |sum, n| {
            Self::one() - z.clone() * sum / Self::integer(n)
        })
    }
}

/// The elementary functions of a trait, by the functions of `f64` with these names.
macro_rules! through_f64 {
    ($float:ty, $($name:ident: $function:ident),+) => {$(
        #[inline(always)]
        fn $name(&self) -> Self {
            elementary::$function(f64::from(*self)) as $float
        }
    )+};
}

/// The same for a dual number, whose own function has the derivatives.
macro_rules! by_chain_rule {
    ($($name:ident: $function:ident),+) => {$(
        #[inline(always)]
        fn $name(&self) -> Self {
            let mut result = DualNum::$function(self);
            result.re = self.re.$name();
            result
        }
    )+};
}

/// A number with a square root, which the norm of a vector requires.
///
/// Implemented for `f64`, `f32` and the dual numbers; the root of a rational is none.
///
/// ```
/// use heavyball::SquareRoot;
/// assert_eq!(9.0_f64.square_root(), 3.0);
/// ```
pub trait SquareRoot: Number {
    /// √x.
    fn square_root(&self) -> Self;
}

macro_rules! float_number {
    ($float:ty) => {
        impl Number for $float {
            #[inline(always)]
            fn integer(n: i16) -> Self {
                Self::from(n)
            }

            #[inline(always)]
            fn to_f64(&self) -> f64 {
                f64::from(*self)
            }

            #[inline(always)]
            fn is_finite(&self) -> bool {
                <$float>::is_finite(*self)
            }

            #[inline(always)]
            fn mul_add(self, factor: Self, summand: Self) -> Self {
                if cfg!(heavyball_unfused) {
                    self * factor + summand
                } else {
                    <$float>::mul_add(self, factor, summand)
                }
            }
        }

        impl SquareRoot for $float {
            #[inline(always)]
            fn square_root(&self) -> Self {
                self.sqrt()
            }
        }

        impl Exponential for $float {
            #[inline(always)]
            fn exponential_minus_one(&self) -> Self {
                self.exp_m1()
            }

            #[inline(always)]
            fn decay(&self) -> Self {
                (-*self).exp()
            }

            through_f64!(
                $float, exponential: exp, logarithm: ln, logarithm_of_one_plus: ln_1p, sine: sin, cosine: cos,
                hyperbolic_tangent: tanh
            );

            #[inline(always)]
            fn integer_power(&self, n: i32) -> Self {
                elementary::powi(f64::from(*self), n) as $float
            }

            #[inline(always)]
            fn power(&self, p: f64) -> Self {
                elementary::powf(f64::from(*self), p) as $float
            }
        }
    };
}

float_number!(f32);
float_number!(f64);

impl Number for BigRational {
    fn integer(n: i16) -> Self {
        Self::from_integer(n.into())
    }

    fn to_f64(&self) -> f64 {
        ToPrimitive::to_f64(self).unwrap_or(f64::NAN)
    }

    fn is_finite(&self) -> bool {
        true
    }
}

macro_rules! dual_number {
    ($dual:ident $(<$($dim:ident),+>: $(($($shape:ty),+)),+)?) => {
        impl<T, F $($(, $dim: Dim)+)?> Number for $dual<T, F $($(, $dim)+)?>
        where
            T: DualNum<F> + Number,
            F: DualNumFloat + Number,
            $($(DefaultAllocator: Allocator<$($shape),+>,)+)?
        {
            #[inline(always)]
            fn integer(n: i16) -> Self {
                Self::from(F::integer(n))
            }

            #[inline(always)]
            fn to_f64(&self) -> f64 {
                Number::to_f64(&self.re)
            }

            #[inline(always)]
            fn is_finite(&self) -> bool {
                Number::is_finite(&self.re)
            }

            #[inline(always)]
            fn mul_add(self, factor: Self, summand: Self) -> Self {
                let values = (self.re.clone(), factor.re.clone(), summand.re.clone());
                let mut sum = self * factor + summand;
                sum.re = Number::mul_add(values.0, values.1, values.2);
                sum
            }
        }

        impl<T, F $($(, $dim: Dim)+)?> SquareRoot for $dual<T, F $($(, $dim)+)?>
        where
            T: DualNum<F> + Number,
            F: DualNumFloat + Number,
            $($(DefaultAllocator: Allocator<$($shape),+>,)+)?
        {
            #[inline(always)]
            fn square_root(&self) -> Self {
                self.sqrt()
            }
        }

        impl<T, F $($(, $dim: Dim)+)?> Exponential for $dual<T, F $($(, $dim)+)?>
        where
            T: DualNum<F> + Exponential,
            F: DualNumFloat + Number,
            $($(DefaultAllocator: Allocator<$($shape),+>,)+)?
        {
            #[inline(always)]
            fn exponential_minus_one(&self) -> Self {
                self.exp_m1()
            }

            #[inline(always)]
            fn decay(&self) -> Self {
                (-self.clone()).exp()
            }

            by_chain_rule!(
                exponential: exp, logarithm: ln, logarithm_of_one_plus: ln_1p, sine: sin, cosine: cos,
                hyperbolic_tangent: tanh
            );

            #[inline(always)]
            fn integer_power(&self, n: i32) -> Self {
                let mut result = self.powi(n);
                result.re = self.re.integer_power(n);
                result
            }

            #[inline(always)]
            fn power(&self, p: f64) -> Self {
                let exponent = <F as FromPrimitive>::from_f64(p).unwrap_or_else(F::nan);
                let mut result = DualNum::powf(self, exponent);
                result.re = self.re.power(p);
                result
            }
        }
    };
}

dual_number!(Dual);
dual_number!(Dual2);
dual_number!(Dual3);
dual_number!(HyperDual);
dual_number!(HyperHyperDual);
dual_number!(DualVec<D>: (D));
dual_number!(Dual2Vec<D>: (U1, D), (D, D));
dual_number!(HyperDualVec<M, N>: (M), (M, N), (U1, N));
