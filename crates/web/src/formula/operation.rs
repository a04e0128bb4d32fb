//! Operation: one step of an evaluation, on a stack of numbers.

use num_dual::DualNum;

/// What takes numbers from the top of the stack and puts one there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operation {
    Constant(f64),
    X,
    Y,
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    /// A power whose exponent is computed.
    Power,
    /// A power of a whole number: it has a derivative at 0, which a logarithm has not.
    WholePower(i32),
    /// A power of a number that is not whole.
    RealPower(f64),
    Call(Function),
}

/// A function of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Sqrt,
    Exp,
    Ln,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Abs,
}

impl Function {
    /// The function of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "sqrt" => Self::Sqrt,
            "exp" => Self::Exp,
            "ln" | "log" => Self::Ln,
            "sin" => Self::Sin,
            "cos" => Self::Cos,
            "tan" => Self::Tan,
            "asin" | "arcsin" => Self::Asin,
            "acos" | "arccos" => Self::Acos,
            "atan" | "arctan" => Self::Atan,
            "sinh" => Self::Sinh,
            "cosh" => Self::Cosh,
            "tanh" => Self::Tanh,
            "abs" => Self::Abs,
            _ => return None,
        })
    }

    fn of<N: DualNum<f64> + Copy>(self, x: N) -> N {
        match self {
            Self::Sqrt => x.sqrt(),
            Self::Exp => x.exp(),
            Self::Ln => x.ln(),
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Tan => x.tan(),
            Self::Asin => x.asin(),
            Self::Acos => x.acos(),
            Self::Atan => x.atan(),
            Self::Sinh => x.sinh(),
            Self::Cosh => x.cosh(),
            Self::Tanh => x.tanh(),
            Self::Abs => x.abs(),
        }
    }
}

impl Operation {
    /// How many numbers it takes from the stack.
    pub(super) fn takes(self) -> usize {
        match self {
            Self::Constant(_) | Self::X | Self::Y => 0,
            Self::Negate | Self::WholePower(_) | Self::RealPower(_) | Self::Call(_) => 1,
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Power => 2,
        }
    }

    /// What it costs in a gradient, about, in gradients of a simple function.
    pub(super) fn work(self) -> f64 {
        match self {
            Self::Power | Self::RealPower(_) => 40.0,
            Self::Call(_) => 20.0,
            Self::WholePower(_) => 10.0,
            _ => 3.0,
        }
    }

    /// The number it puts on the stack, from the two that were on its top; what it does not take it ignores.
    pub(super) fn result<N: DualNum<f64> + Copy>(self, [x, y]: [N; 2], [below, top]: [N; 2]) -> N {
        match self {
            Self::Constant(value) => N::from(value),
            Self::X => x,
            Self::Y => y,
            Self::Add => below + top,
            Self::Subtract => below - top,
            Self::Multiply => below * top,
            Self::Divide => below / top,
            Self::Negate => -top,
            Self::Power => below.powd(top),
            Self::WholePower(exponent) => top.powi(exponent),
            Self::RealPower(exponent) => top.powf(exponent),
            Self::Call(function) => function.of(top),
        }
    }
}
