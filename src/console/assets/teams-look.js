/* global AdaptiveCards, markdownit */
// Draws the card of Teams with Microsoft's own renderer, and again whenever the page is handed another one.
(() => {
  const markdown = markdownit('commonmark', { html: false, linkify: true }); // what Teams reads of it: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
  };
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const color = (light, night) => ({ default: dark.matches ? night : light, subtle: dark.matches ? night : light });
  const container = (light, night) => ({
    backgroundColor: dark.matches ? night : light,
    foregroundColors: { default: color('#242424', '#ffffff'), accent: color('#4f52b2', '#9299f7') },
  });
  const hostConfig = () =>
    new AdaptiveCards.HostConfig({
      fontFamily: "'Segoe UI', Inter, system-ui, sans-serif",
      fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
      fontWeights: { lighter: 200, default: 400, bolder: 600 },
      spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
      supportsInteractivity: true,
      actions: {
        maxActions: 6,
        spacing: 'default',
        buttonSpacing: 8,
        showCard: { actionMode: 'inline', inlineTopMargin: 8 },
        actionsOrientation: 'horizontal',
        actionAlignment: 'left',
      },
      containerStyles: {
        default: container('#ffffff', '#292929'),
        emphasis: container('#e8ebfa', '#2f2f4a'),
        accent: container('#e8ebfa', '#2f2f4a'),
        good: container('#e7f2da', '#0d2e0d'),
        attention: container('#fcf4f6', '#431519'),
        warning: container('#fbf6d9', '#463100'),
      },
    });
  const drawn = new WeakMap(); // what stands in a place, so that nothing is drawn twice
  const draw = () => {
    for (const { dataset, nextElementSibling: place } of document.querySelectorAll('[data-card]')) {
      const source = `${dark.matches} ${dataset.card}`;
      if (drawn.get(place) === source) continue;
      drawn.set(place, source);
      const card = new AdaptiveCards.AdaptiveCard();
      card.hostConfig = hostConfig();
      card.onExecuteAction = () => {};
      card.parse(JSON.parse(dataset.card));
      place.replaceChildren(card.render());
      for (const row of place.querySelectorAll('.ac-actionSet')) {
        row.style.flexWrap = 'wrap'; // it would hide the buttons that have no room
        row.style.overflow = 'visible';
      }
    }
  };
  dark.addEventListener('change', draw);
  new MutationObserver(draw).observe(document.querySelector('main'), {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-card'],
  });
  draw();
})();
