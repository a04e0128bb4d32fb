//! Momentum as the frameworks write it is Sutskever's, and a particle: Derivation (46), (47), (48).

#[path = "../exact/mod.rs"]
mod exact;
mod identities;
mod particle;
mod recorded;
mod refusals;
mod schedules;
#[path = "../slope/mod.rs"]
mod slope;
