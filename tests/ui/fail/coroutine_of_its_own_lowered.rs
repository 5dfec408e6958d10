#![feature(coroutines, stmt_expr_attributes)]

// Whoever gets a resume argument could keep it, and have it opened in a later resume.
use coweave::__private::{ResumeArg, task};

fn main() {
    let _ = task((), #[coroutine] static |_kept: ResumeArg| {});
}
