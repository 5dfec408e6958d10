//! On which processors a program runs: on as many as it has workers.

#[cfg(target_os = "linux")]
mod pinning {
    use std::fs;

    use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};

    /// Keeps this thread, and those that it starts, on the processor where it is, and on others to
    /// make `count`: none of them the other half of one core, if that can be.
    pub(crate) fn pin(count: usize) {
        let Ok(allowed) = sched_getaffinity(None) else { return };
        let first = sched_getcpu();
        let beside = halves_of_core(first);
        let is_other = |cpu: &usize| *cpu != first && allowed.is_set(*cpu);
        let others = || (0..CpuSet::MAX_CPU).filter(is_other);
        let apart = others().filter(|cpu| !beside.contains(cpu));
        let halves = others().filter(|cpu| beside.contains(cpu));
        let mut chosen = CpuSet::new();
        for cpu in [first].into_iter().chain(apart).chain(halves).take(count) {
            chosen.set(cpu);
        }
        // Where it is not allowed, the system goes on choosing.
        let _ = sched_setaffinity(None, &chosen);
    }

    /// Those that share a core with `cpu`, in the kernel's notation: `0,4` or `0-1`.
    fn halves_of_core(cpu: usize) -> Vec<usize> {
        let file = format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list");
        let list = fs::read_to_string(file).unwrap_or_default();
        let range = |part: &str| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            Some(first.parse().ok()?..=last.parse().ok()?)
        };
        list.trim().split(',').filter_map(range).flatten().collect()
    }
}

#[cfg(not(target_os = "linux"))]
mod pinning {
    /// There is no way that all systems have.
    pub(crate) fn pin(_count: usize) {}
}

pub(crate) use pinning::pin;
