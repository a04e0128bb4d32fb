//! Parser: tokens in the order of writing become operations in the order of evaluation, by operator precedence.
//!
//! Reference: E. W. Dijkstra, *Making a translator for ALGOL 60*, 1961. There is no recursion, so that no formula can
//! exhaust the stack of the page.

use crate::formula::operation::{Function, Operation};
use crate::formula::token::{Placed, Token};
use crate::formula::{DEPTH, FormulaError, OPERATIONS};

/// What waits for its right operand.
#[derive(Debug, Clone, Copy)]
enum Waiting {
    Operator(Operation, u8),
    Call(Function),
    Open,
}

/// The operators that bind from the left, with how tightly they do.
const SUM: u8 = 1;
const PRODUCT: u8 = 2;
const SIGN: u8 = 3;
const POWER: u8 = 4;

#[derive(Default)]
struct Parser {
    done: Vec<Operation>,
    waiting: Vec<(Waiting, usize)>,
    /// Numbers on the stack after `done`.
    depth: usize,
}

impl Parser {
    fn emit(&mut self, operation: Operation, character: usize) -> Result<(), FormulaError> {
        // x^2 and x^-½ with their own operations, which have derivatives where a logarithm has none.
        if operation == Operation::Power
            && let Some(exponent) = self.constant_exponent()
        {
            let is_whole = exponent.fract() == 0.0 && exponent.abs() <= f64::from(i16::MAX);
            self.depth -= 1;
            self.done.push(if is_whole {
                Operation::WholePower(exponent as i32)
            } else {
                Operation::RealPower(exponent)
            });
            return Ok(());
        }
        self.depth = (self.depth + 1).saturating_sub(operation.takes());
        if self.depth > DEPTH {
            let limit = DEPTH;
            return Err(FormulaError::TooDeep { character, limit });
        }
        if self.done.len() >= OPERATIONS {
            let limit = OPERATIONS;
            return Err(FormulaError::TooLong { character, limit });
        }
        self.done.push(operation);
        Ok(())
    }

    /// Takes a constant exponent, with its sign, from the end of what is done.
    fn constant_exponent(&mut self) -> Option<f64> {
        match self.done.as_slice() {
            [.., Operation::Constant(value)] => {
                let value = *value;
                self.done.pop();
                Some(value)
            }
            [.., Operation::Constant(value), Operation::Negate] => {
                let value = -*value;
                self.done.truncate(self.done.len() - 2);
                Some(value)
            }
            _ => None,
        }
    }

    /// Emits the operators that bind at least as tightly as `binding`.
    fn release(&mut self, binding: u8) -> Result<(), FormulaError> {
        while let Some((Waiting::Operator(operation, own), character)) = self.waiting.last()
            && *own >= binding
        {
            let (operation, character) = (*operation, *character);
            self.waiting.pop();
            self.emit(operation, character)?;
        }
        Ok(())
    }

    fn operator(
        &mut self,
        operation: Operation,
        binding: u8,
        character: usize,
    ) -> Result<(), FormulaError> {
        // 2^3^2 is 2^(3^2): a power releases no power before it.
        self.release(if binding == POWER { POWER + 1 } else { binding })?;
        self.waiting
            .push((Waiting::Operator(operation, binding), character));
        Ok(())
    }

    fn close(&mut self, character: usize) -> Result<(), FormulaError> {
        self.release(0)?;
        match self.waiting.pop() {
            Some((Waiting::Open, _)) => {}
            _ => return Err(FormulaError::NothingToClose { character }),
        }
        if let Some((Waiting::Call(function), character)) = self.waiting.last() {
            let (function, character) = (*function, *character);
            self.waiting.pop();
            self.emit(Operation::Call(function), character)?;
        }
        Ok(())
    }

    fn name(&mut self, name: &str, character: usize) -> Result<bool, FormulaError> {
        let operation = match name {
            "x" | "x1" | "X" => Operation::X,
            "y" | "x2" | "Y" => Operation::Y,
            "pi" | "π" => Operation::Constant(std::f64::consts::PI),
            "e" => Operation::Constant(std::f64::consts::E),
            _ => {
                let Some(function) = Function::named(name) else {
                    let name = name.chars().take(20).collect();
                    return Err(FormulaError::UnknownName { character, name });
                };
                self.waiting.push((Waiting::Call(function), character));
                return Ok(true);
            }
        };
        self.emit(operation, character)?;
        Ok(false)
    }
}

/// The operations of a formula, in the order of evaluation. `end` is the character after the last.
pub(super) fn operations(
    tokens: &[Placed<'_>],
    end: usize,
) -> Result<Vec<Operation>, FormulaError> {
    let mut parser = Parser::default();
    let (mut after_operand, mut after_function) = (false, false);
    for (token, character) in tokens {
        let character = *character;
        if after_function && *token != Token::Open {
            let expected = "the parenthesis of the function";
            return Err(FormulaError::Missing {
                character,
                expected,
            });
        }
        // 2x and 3(x + 1) are products.
        if after_operand && matches!(token, Token::Number(_)) {
            let expected = "an operator";
            return Err(FormulaError::Missing {
                character,
                expected,
            });
        }
        if after_operand && matches!(token, Token::Name(_) | Token::Open) {
            parser.operator(Operation::Multiply, PRODUCT, character)?;
            after_operand = false;
        }
        let needs_operand = || FormulaError::Missing {
            character,
            expected: "a number, x, y or a parenthesis",
        };
        after_function = false;
        match token {
            Token::Number(value) => parser.emit(Operation::Constant(*value), character)?,
            Token::Name(name) => after_function = parser.name(name, character)?,
            Token::Open => parser.waiting.push((Waiting::Open, character)),
            Token::Minus if !after_operand => {
                parser
                    .waiting
                    .push((Waiting::Operator(Operation::Negate, SIGN), character));
            }
            Token::Plus if !after_operand => {}
            _ if !after_operand => return Err(needs_operand()),
            Token::Plus => parser.operator(Operation::Add, SUM, character)?,
            Token::Minus => parser.operator(Operation::Subtract, SUM, character)?,
            Token::Times => parser.operator(Operation::Multiply, PRODUCT, character)?,
            Token::Over => parser.operator(Operation::Divide, PRODUCT, character)?,
            Token::Power => parser.operator(Operation::Power, POWER, character)?,
            Token::Raised(exponent) => {
                parser.emit(Operation::WholePower(*exponent), character)?;
            }
            Token::Close => parser.close(character)?,
        }
        after_operand = match token {
            Token::Number(_) | Token::Close | Token::Raised(_) => true,
            Token::Name(_) => !after_function,
            _ => false,
        };
    }
    if !after_operand {
        return Err(FormulaError::Missing {
            character: end,
            expected: "a number, x, y or a parenthesis",
        });
    }
    parser.release(0)?;
    match parser.waiting.pop() {
        None => Ok(parser.done),
        Some((_, character)) => Err(FormulaError::NotClosed { character }),
    }
}
