using Provost.Browser.Tests.Town;

namespace Provost.Browser.Tests;

public sealed class LookTests(GovernedTown town)
{
    /// <summary>WCAG 2.2, 1.4.3, for text of any size: the console makes no exception for large text.</summary>
    private const double LeastContrast = 4.5;

    /// <summary>
    /// The contrast of every visible text against the nearest painted ground, worst first. Colours come computed from
    /// the browser; a ground that lets through is laid over the one behind it.
    /// </summary>
    private const string Contrasts = """
        () => {
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const parse = colour => {
            canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
          };
          const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3]));
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = element => {
            const layers = [];
            for (let e = element; e; e = e.parentElement) {
              if (e instanceof SVGElement) continue;
              const colour = parse(getComputedStyle(e).backgroundColor);
              if (colour[3] > 0) layers.push(colour);
              if (colour[3] === 1) break;
            }
            return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
          };
          const found = new Map();
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node; (node = texts.nextNode());) {
            const element = node.parentElement;
            if (!node.data.trim() || element.closest('.vh, script, style, datalist, option')) continue;
            if (!element.checkVisibility({ visibilityProperty: true })) continue;
            const look = getComputedStyle(element);
            const behind = ground(element);
            const ink = parse(element instanceof SVGElement ? look.fill : look.color);
            const [a, b] = [light(over(ink, behind)), light(behind)].sort((x, y) => y - x);
            const key = `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;
            const ratio = (a + 0.05) / (b + 0.05);
            if (!(found.get(key)?.ratio <= ratio)) found.set(key, { ratio, key, text: node.data.trim().slice(0, 40) });
          }
          return [...found.values()].sort((x, y) => x.ratio - y.ratio)
            .map(f => `${f.ratio.toFixed(2)} ${f.key}: ${f.text}`);
        }
        """;

    /// <summary>Status marks that would be a word or a colour alone.</summary>
    private const string BareMarks =
        """
        () => [...document.querySelectorAll('main .st')]
          .filter(e => !e.textContent.startsWith('TIER') && (!e.querySelector('svg') || !e.textContent.trim()))
          .map(e => e.outerHTML)
        """;

    public static TheoryData<string, bool> PagesInBothThemes =>
        [.. Places.All.SelectMany(p => new[] { (p.Data, false), (p.Data, true) })];

    [Theory]
    [MemberData(nameof(PagesInBothThemes))]
    public async Task No_page_complains_and_all_of_it_can_be_read(string page, bool dark)
    {
        var look = new Look { IsDark = dark };
        await using var tab = await town.Window.AsAsync(town.Reader(page), town.Console, look);
        await tab.GoAsync(town.Address(page));

        var texts = await tab.Page.EvaluateAsync<string[]>(Contrasts);

        Assert.True(texts.Length > 5, "Too few texts were found to judge.");
        Assert.Empty(texts.Where(t => double.Parse(t.Split(' ')[0]) < LeastContrast));
        Assert.Empty(await tab.Page.EvaluateAsync<string[]>(BareMarks));
        Assert.Empty(tab.Complaints);
    }

    [Theory]
    [MemberData(nameof(Places.All), MemberType = typeof(Places))]
    public async Task No_page_scrolls_sideways_on_a_phone_or_a_desk(string page)
    {
        await using var tab = await town.Window.AsAsync(town.Reader(page), town.Console);
        foreach (var width in new[] { 320, 1280 })
        {
            await tab.Page.SetViewportSizeAsync(width, 800);
            await tab.GoAsync(town.Address(page));
            var wide = await tab.Page.EvaluateAsync<string[]>(
                """
                () => document.documentElement.scrollWidth <= innerWidth ? [] :
                  [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                    .map(e => `${e.tagName} ${e.getAttribute('class')} ${e.textContent.trim().slice(0, 40)}`)
                """);
            Assert.True(wide.Length == 0, $"At {width} px: {string.Join("; ", wide.Take(8))}");
        }
    }
}
