//! What one program took: time on the wall, time on the processor, and the most memory.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// What a program's measured part took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sample {
    pub(crate) wall_ns: u64,
    /// Of all threads of the process.
    pub(crate) cpu_ns: u64,
    /// Peak resident memory of the process, less what was resident when the measured part began.
    pub(crate) peak_bytes: u64,
}

/// Runs from its start until `stop`.
#[derive(Debug)]
pub(crate) struct Meter {
    resident_bytes: u64,
    cpu_ns: u64,
    began: Instant,
}

impl Meter {
    /// A function of its own, by whose name callgrind knows where to begin.
    #[inline(never)]
    pub(crate) fn start() -> Self {
        let resident_bytes = status_bytes("VmRSS:");
        Self { resident_bytes, cpu_ns: cpu_ns(), began: Instant::now() }
    }

    #[inline(never)]
    pub(crate) fn stop(self) -> Sample {
        let wall_ns = nanoseconds(self.began.elapsed());
        let cpu_ns = cpu_ns() - self.cpu_ns;
        let peak_bytes = status_bytes("VmHWM:").saturating_sub(self.resident_bytes);
        Sample { wall_ns, cpu_ns, peak_bytes }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    nanoseconds(Duration::try_from(time).unwrap_or_default())
}

/// A line of the kernel's account of this process; zero where there is none.
fn status_bytes(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kibibytes = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}
