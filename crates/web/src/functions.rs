//! Functions: what the page calls without a scene.

use crate::bath::Bath;
use crate::choice::Rule;
use crate::formula::Formula;
use crate::{mapping, stability};
use wasm_bindgen::prelude::*;

/// What is wrong with a formula; empty if nothing is.
#[wasm_bindgen]
pub fn formula_mistake(text: &str) -> String {
    Formula::new(text)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

/// The character of a formula that is wrong, from 1; 0 if nothing is.
#[wasm_bindgen]
pub fn formula_mistake_at(text: &str) -> usize {
    Formula::new(text)
        .err()
        .map_or(0, |error| error.character())
}

/// Mass, drag and Δt of the ball that (α, β) is.
#[wasm_bindgen]
pub fn to_ball(
    alpha: f64,
    beta: f64,
    row: &str,
    given: &str,
    value: f64,
) -> Result<Vec<f64>, JsError> {
    Ok(mapping::to_ball((alpha, beta), row, given, value)?.to_vec())
}

/// α and β of the ball with step Δt.
#[wasm_bindgen]
pub fn to_rule(mass: f64, drag: f64, dt: f64, row: &str) -> Result<Vec<f64>, JsError> {
    Ok(mapping::to_rule(mass, drag, dt, row)?.to_vec())
}

/// Mass and drag of the particle that the iterates follow to second order.
#[wasm_bindgen]
pub fn effective_particle(alpha: f64, beta: f64, dt: f64) -> Result<Vec<f64>, JsError> {
    Ok(mapping::effective_particle(alpha, beta, dt)?.to_vec())
}

/// σ², the variance of each component of the gradient's noise that gives the rule this temperature.
#[wasm_bindgen]
pub fn gradient_variance(
    rule: &str,
    alpha: f64,
    beta: f64,
    temperature: f64,
) -> Result<f64, JsError> {
    let rule = Rule::new(rule, alpha, beta)?;
    Ok(Bath::new(temperature, 0, 1)?.gradient_variance(rule)?)
}

/// Both multipliers as real and imaginary parts, ρ, and 1 if stable.
#[wasm_bindgen]
pub fn multipliers(rule: &str, q: f64, beta: f64) -> Result<Vec<f64>, JsError> {
    Ok(stability::multipliers(rule, q, beta)?.to_vec())
}

/// ρ over a grid of 0 < αλ < `largest` and 0 < β < 1.
#[wasm_bindgen]
pub fn rate_map(rule: &str, largest: f64, columns: f64, rows: f64) -> Result<Vec<f64>, JsError> {
    Ok(stability::rate_map(rule, largest, columns, rows)?)
}

/// The end of the stable αλ over β.
#[wasm_bindgen]
pub fn stable_edge(rule: &str, rows: f64) -> Result<Vec<f64>, JsError> {
    Ok(stability::edge(rule, rows)?)
}
