//! What one program took: time of the processor, and the most memory.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// What a program's measured part took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sample {
    /// Time of the processor, of all threads of the process: what others do meanwhile moves it less
    /// than the time on the wall.
    pub(crate) cpu_ns: u64,
    /// Peak resident memory of the process, less what was resident when the measured part began.
    pub(crate) peak_bytes: u64,
}

/// Runs from its start until `stop`.
#[derive(Debug)]
pub(crate) struct Meter {
    resident_bytes: u64,
    cpu_ns: u64,
}

impl Meter {
    /// A function of its own, by whose name callgrind knows where to begin.
    #[inline(never)]
    pub(crate) fn start() -> Self {
        let resident_bytes = status_bytes("VmRSS:");
        Self { resident_bytes, cpu_ns: cpu_ns() }
    }

    #[inline(never)]
    pub(crate) fn stop(self) -> Sample {
        let cpu_ns = cpu_ns() - self.cpu_ns;
        let peak_bytes = status_bytes("VmHWM:").saturating_sub(self.resident_bytes);
        Sample { cpu_ns, peak_bytes }
    }
}

fn cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let time = Duration::try_from(time).unwrap_or_default();
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// A line of the kernel's account of this process; zero where there is none.
fn status_bytes(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kibibytes = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}
