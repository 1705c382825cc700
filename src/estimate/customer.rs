//! Whom a rule is for.

/// What is known of the customer: the numbers of the level, of which there is one at most, and of
/// the segments.
#[derive(Clone, Debug, Default)]
pub(super) struct Customer {
    pub(super) level: Option<Vec<u32>>,
    pub(super) segments: Option<Vec<u32>>,
}

/// Whether a rule is for the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Audience {
    /// If what is not known is none.
    pub(super) includes: bool,
    /// Whether knowing it could not change that.
    pub(super) is_certain: bool,
}

impl Customer {
    /// Open Loyalty 3.2.0: a rule is for the customers on one of its levels or in one of its
    /// segments. One without either is for nobody, except that to customers without either, every
    /// rule applies: then the query has nothing to compare with.
    pub(super) fn audience(&self, levels: &[u32], segments: &[u32]) -> Audience {
        let (mut matches, mut has_neither, mut can_match, mut is_known) = (false, true, false, true);
        for (own, listed) in [(&self.level, levels), (&self.segments, segments)] {
            if let Some(own) = own {
                has_neither &= own.is_empty();
                matches |= own.iter().any(|own| listed.contains(own));
            } else {
                is_known = false;
                can_match |= !listed.is_empty();
            }
        }
        // What is not known can only add to a match.
        let is_certain = matches || is_known || !has_neither && !can_match;
        Audience { includes: matches || has_neither, is_certain }
    }
}

#[cfg(test)]
mod tests {
    use super::{Audience, Customer};

    /// Every customer of whom that much is known.
    fn completions(known: &Customer) -> Vec<Customer> {
        let possible = |known: &Option<Vec<u32>>, lists: &[&[u32]]| match known {
            None => lists.iter().map(|list| list.to_vec()).collect(),
            Some(list) => vec![list.clone()],
        };
        let levels = possible(&known.level, &[&[], &[1], &[2], &[3]]);
        let segments = possible(&known.segments, &[&[], &[1], &[2], &[3], &[1, 2, 3]]);
        let customers = levels.iter().flat_map(|level| segments.iter().map(move |segments| (level, segments)));
        let customer = |(level, segments): (&Vec<u32>, &Vec<u32>)| Customer {
            level: Some(level.clone()),
            segments: Some(segments.clone()),
        };
        customers.map(customer).collect()
    }

    /// As the server decides, who knows the customer.
    fn includes(customer: &Customer, levels: &[u32], segments: &[u32]) -> bool {
        let (level, own) = (customer.level.as_deref().expect("known"), customer.segments.as_deref().expect("known"));
        level.is_empty() && own.is_empty()
            || level.iter().any(|level| levels.contains(level))
            || own.iter().any(|own| segments.contains(own))
    }

    #[test]
    fn certain_is_what_every_customer_of_whom_that_much_is_known_gets() {
        let lists: [&[u32]; 4] = [&[], &[1], &[2], &[1, 2]];
        for level in [None, Some(vec![]), Some(vec![1])] {
            for own in [None, Some(vec![]), Some(vec![1])] {
                let customer = Customer { level: level.clone(), segments: own };
                for (levels, segments) in lists.iter().flat_map(|levels| lists.map(|segments| (*levels, segments))) {
                    let possible = completions(&customer);
                    let included = possible.iter().filter(|one| includes(one, levels, segments)).count();
                    let Audience { includes, is_certain } = customer.audience(levels, segments);
                    let is_same_for_all = included == 0 || included == possible.len();
                    assert_eq!(is_certain, is_same_for_all, "{customer:?} {levels:?} {segments:?}");
                    assert!(!is_certain || includes == (included > 0), "{customer:?} {levels:?} {segments:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_known_is_none_and_to_customers_with_neither_every_rule_applies() {
        let unknown = Customer::default();
        assert!(unknown.audience(&[], &[]).includes && unknown.audience(&[1], &[2]).includes);
        let on_level = Customer { level: Some(vec![1]), segments: None };
        assert!(on_level.audience(&[1], &[]).includes && !on_level.audience(&[], &[]).includes);
    }
}
