import type { Language } from '../core/language.ts';

/** Words that needle keys are put together from: plain, easy to tell apart, and one or two tokens each. */
export const codeNames: Readonly<
  Record<Language, { qualities: readonly string[]; things: readonly string[] }>
> = {
  en: {
    qualities:
      'amber copper silver crimson violet indigo scarlet golden ivory emerald cobalt marble granite velvet cedar maple willow hazel northern southern eastern western hidden upper lower old new quiet narrow hollow frozen painted sunken twin royal'.split(
        ' ',
      ),
    things:
      'lighthouse harbour observatory archive greenhouse foundry windmill chapel granary ferry tunnel library museum orchard reservoir tower vault workshop bakery brewery theatre station bridge quarry cellar stable mill dockyard pavilion arsenal'.split(
        ' ',
      ),
  },
  zh: {
    qualities:
      '琥珀 青铜 白银 赤金 紫檀 靛蓝 翡翠 象牙 珊瑚 墨玉 花岗 丝绒 雪松 红枫 垂柳 北岸 南岸 东山 西山 旧城 新港 双塔 寒江 朱漆 碧瓦'.split(
        ' ',
      ),
    things:
      '灯塔 船坞 天文台 档案馆 温室 铸造厂 风车 粮仓 渡口 隧道 图书馆 博物馆 果园 水库 钟楼 金库 工坊 面包房 酒坊 剧院 车站 石桥 采石场 地窖 磨坊 马厩'.split(
        ' ',
      ),
  },
};
