//! Instructions: the vector instruction sets that the loop over members is compiled for.

/// The instruction set that a run uses; the results are bit-identical.
///
/// ```
/// use heavyball::ensemble::Instructions;
/// assert!(Instructions::available().contains(&Instructions::Baseline));
/// assert!(Instructions::available().contains(&Instructions::best()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Instructions {
    /// What the program was compiled for.
    Baseline,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512 as of Ice Lake and Zen 4. Processors before them lower their clock for it, and use AVX2.
    Avx512,
}

impl Instructions {
    /// The sets that this machine can run.
    pub fn available() -> Vec<Self> {
        let mut available = vec![Self::Baseline];
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx2")
                && std::arch::is_x86_feature_detected!("fma")
            {
                available.push(Self::Avx2);
            }
            // The set for which multiversion compiles a function that names AVX-512.
            if std::arch::is_x86_feature_detected!("avx512f")
                && std::arch::is_x86_feature_detected!("avx512vl")
                && std::arch::is_x86_feature_detected!("avx512dq")
                && std::arch::is_x86_feature_detected!("avx512bw")
                && std::arch::is_x86_feature_detected!("avx512cd")
                && std::arch::is_x86_feature_detected!("avx512bitalg")
                && std::arch::is_x86_feature_detected!("avx512ifma")
                && std::arch::is_x86_feature_detected!("avx512vbmi")
                && std::arch::is_x86_feature_detected!("avx512vbmi2")
                && std::arch::is_x86_feature_detected!("avx512vnni")
                && std::arch::is_x86_feature_detected!("avx512vpopcntdq")
                && std::arch::is_x86_feature_detected!("gfni")
                && std::arch::is_x86_feature_detected!("vaes")
                && std::arch::is_x86_feature_detected!("vpclmulqdq")
            {
                available.push(Self::Avx512);
            }
        }
        available
    }

    /// The fastest set that this machine can run.
    pub fn best() -> Self {
        Self::available()
            .into_iter()
            .max()
            .unwrap_or(Self::Baseline)
    }
}
