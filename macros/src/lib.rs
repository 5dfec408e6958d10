//! The attributes of coweave.
extern crate proc_macro;
