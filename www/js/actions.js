// What customers do for their points. A shop would open its share dialog, its quiz or its form here, and claim nothing
// for one that is closed without an answer. In this demo pressing the button is all there is to do.
const done = () => true;

export const ACTIONS = {
  facebook_like: done,
  "newsletter.poll": done,
  "photo.shared": done,
  "poster.voted": done,
  "profile.birthday": done,
  "review.written": done,
  "tasting.attended": done,
  "tea_calendar.opened": done,
  tea_quiz: done,
};
