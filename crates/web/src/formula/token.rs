//! Token: the numbers, names and signs of a formula, each with its place.

use crate::formula::FormulaError;
use winnow::Parser;
use winnow::ascii::multispace0;
use winnow::combinator::{alt, opt};
use winnow::stream::{LocatingSlice, Location as _};
use winnow::token::{any, take_while};

/// A part of a formula.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'t> {
    Number(f64),
    Name(&'t str),
    Plus,
    Minus,
    Times,
    Over,
    Power,
    /// An exponent written above the line.
    Raised(i32),
    Open,
    Close,
}

/// A token and the number of the character at which it begins, from 1.
pub(super) type Placed<'t> = (Token<'t>, usize);

type Input<'t> = LocatingSlice<&'t str>;
type Parsed<T> = Result<T, winnow::error::EmptyError>;

fn number<'t>(input: &mut Input<'t>) -> Parsed<Token<'t>> {
    let digits = || take_while(0.., '0'..='9');
    let exponent = (
        alt(('e', 'E')),
        opt(alt(('+', '-'))),
        take_while(1.., '0'..='9'),
    );
    let whole = (take_while(1.., '0'..='9'), opt(('.', digits()))).void();
    let fraction = ('.', take_while(1.., '0'..='9')).void();
    (alt((whole, fraction)), opt(exponent))
        .take()
        .verify_map(|text: &str| text.parse().ok().map(Token::Number))
        .parse_next(input)
}

fn name<'t>(input: &mut Input<'t>) -> Parsed<Token<'t>> {
    let letter = |c: char| c.is_alphabetic() || c == '_';
    let later = move |c: char| c.is_alphanumeric() && !matches!(c, '²' | '³' | '⁴') || c == '_';
    (
        any.verify(move |c: &char| letter(*c)),
        take_while(0.., later),
    )
        .take()
        .map(Token::Name)
        .parse_next(input)
}

fn raised<'t>(input: &mut Input<'t>) -> Parsed<Token<'t>> {
    alt((
        '²'.value(Token::Raised(2)),
        '³'.value(Token::Raised(3)),
        '⁴'.value(Token::Raised(4)),
    ))
    .parse_next(input)
}

fn sign<'t>(input: &mut Input<'t>) -> Parsed<Token<'t>> {
    alt((
        "**".value(Token::Power),
        '^'.value(Token::Power),
        raised,
        '+'.value(Token::Plus),
        alt(('-', '−')).value(Token::Minus),
        alt(('*', '·', '×')).value(Token::Times),
        '/'.value(Token::Over),
        '('.value(Token::Open),
        ')'.value(Token::Close),
    ))
    .parse_next(input)
}

/// The tokens of `text`.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed<'_>>, FormulaError> {
    let mut input = LocatingSlice::new(text);
    let mut tokens = Vec::new();
    let (mut seen, mut character) = (0, 1);
    loop {
        // Spaces alone cannot fail.
        let _: Parsed<()> = multispace0.void().parse_next(&mut input);
        let at = input.current_token_start();
        character += text.get(seen..at).map_or(0, |part| part.chars().count());
        seen = at;
        let Some(found) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            return Ok(tokens);
        };
        match alt((number, name, sign)).parse_next(&mut input) {
            Ok(token) => tokens.push((token, character)),
            Err(_) => return Err(FormulaError::UnknownCharacter { character, found }),
        }
    }
}
