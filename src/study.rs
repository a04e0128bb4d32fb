//! Studies: what the particle and the optimiser say of each other.
