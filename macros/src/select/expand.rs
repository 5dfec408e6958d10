//! What `select!` becomes.
//!
//! No handler stands in a loop or a labelled block of ours, so that `break` and `continue` in it
//! mean the user's; and none runs before the futures are dropped. So the loop that waits only asks
//! whether a value matches, and the value is taken apart outside of it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Macro, Pat};

use super::parse::{Branch, Select};
use crate::root::Root;
use crate::several::{Place, chained, won};
use crate::signature::generated;

pub(crate) fn expand(mac: &Macro, root: &Root, place: &Place<'_>) -> syn::Result<TokenStream> {
    let Select { is_biased, branches, otherwise } = mac.parse_body()?;
    let span = place.span();
    let p = root.private(span);
    let site = place.site(root);
    let is_fair = !is_biased;
    let guards = branches.iter().enumerate().filter_map(|(position, branch)| {
        let guard = branch.guard.as_ref()?;
        let name = guard_name(position, branch);
        Some(quote_spanned!(generated(guard.span())=> let #name: bool = #guard;))
    });
    let futures = branches.iter().enumerate().map(|(at, branch)| future(at, branch, root));
    let chain = chained(futures.collect(), root, span);
    let tests = branches.iter().enumerate().map(|(at, branch)| test(at, branch, root));
    let none = if otherwise.is_some() {
        quote_spanned!(span=> break ::core::option::Option::None)
    } else {
        quote_spanned!(span=> #p::all_disabled(&__SITE))
    };
    let waiting = quote_spanned! {span=> {
        #site
        #(#guards)*
        let __won = match #p::select::<#is_fair, _>(#chain, &__SITE) {
            __select => {
                let mut __select = ::core::pin::pin!(__select);
                loop {
                    match __select.as_mut().await {
                        #(#tests)*
                        ::core::option::Option::None => #none,
                    }
                }
            }
        };
        __won
    }};
    let handlers = branches.iter().enumerate().map(|(at, branch)| handler(at, branch, root));
    let otherwise = otherwise.map_or_else(
        || quote_spanned!(span=> #p::does_not_match()),
        |it| quote_spanned!(span=> #it),
    );
    Ok(quote_spanned! {span=>
        match #waiting {
            #(#handlers)*
            ::core::option::Option::None => #otherwise,
        }
    })
}

fn guard_name(position: usize, branch: &Branch) -> Ident {
    format_ident!("__guard_{position}", span = generated(branch.future.span()))
}

/// Without a guard, what the expression borrows for a moment lives while the branches wait, as it
/// does around `.await`.
fn future(position: usize, branch: &Branch, root: &Root) -> TokenStream {
    let future = &branch.future;
    let span = generated(future.span());
    let p = root.private(span);
    let made = quote_spanned!(span=> #p::branch(#future));
    if branch.guard.is_none() {
        return made;
    }
    let name = guard_name(position, branch);
    quote_spanned!(span=> if #name { #made } else { #p::no_branch() })
}

/// Leaves the loop if the value matches, and leaves the value as it is: what the pattern takes by
/// value is taken only if the guard holds, and it never does.
fn test(position: usize, branch: &Branch, root: &Root) -> TokenStream {
    let span = generated(branch.future.span());
    let p = root.private(span);
    let value = quote_spanned!(span=> __value);
    let given = won(position, value.clone(), root, span);
    let given = quote_spanned!(span=> break #p::given_by(&__select, #given));
    if let Pat::Wild(_) = branch.pattern {
        let taken = won(position, value, root, span);
        return quote_spanned!(span=> ::core::option::Option::Some(#taken) => #given,);
    }
    let taken = won(position, quote_spanned!(span=> mut __value), root, span);
    let mut pattern = branch.pattern.clone();
    Unheard.visit_pat_mut(&mut pattern);
    quote_spanned! {span=>
        ::core::option::Option::Some(#taken) => {
            let mut __matches = false;
            match __value {
                #pattern if { __matches = true; false } => #p::does_not_match(),
                _ => {}
            }
            if __matches {
                #given
            }
        }
    }
}

fn handler(position: usize, branch: &Branch, root: &Root) -> TokenStream {
    let Branch { pattern, future, handler, .. } = branch;
    let span = generated(future.span());
    let p = root.private(span);
    let taken = won(position, quote_spanned!(span=> mut __value), root, span);
    let value = quote_spanned!(span=> __value);
    // The span of the handler, because a wrong type of it is told where the `match` stands.
    let span = generated(handler.span());
    let rest = match pattern {
        Pat::Wild(_) => TokenStream::new(),
        _ => quote_spanned!(span=> #[allow(unreachable_patterns)] _ => #p::does_not_match(),),
    };
    quote_spanned! {span=>
        ::core::option::Option::Some(#taken) => match #value {
            #pattern => #handler,
            #rest
        },
    }
}

/// Makes the variables of a pattern ours, so that no lint asks what they are for.
struct Unheard;

impl VisitMut for Unheard {
    fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
        pat.ident.set_span(generated(pat.ident.span()));
        if let Some(token) = &mut pat.mutability {
            token.span = generated(token.span);
        }
        visit_mut::visit_pat_ident_mut(self, pat);
    }
}
