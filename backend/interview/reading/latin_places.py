"""Counties and cities of Fujian in Latin letters, as they are typed without tones: jinjiang, Gulou District."""

from __future__ import annotations

#: Written like cities elsewhere: these mean the county only with the word beside them.
FAMOUS = frozenset(["nanjing", "jinan"])
#: By the everyday name of the county, or the name of the city.
LATIN = {
    "鼓楼": "gulou", "台江": "taijiang", "仓山": "cangshan", "马尾": "mawei", "晋安": "jinan", "长乐": "changle", "闽侯": "minhou", "连江": "lianjiang",
    "罗源": "luoyuan", "闽清": "minqing", "永泰": "yongtai", "福清": "fuqing", "思明": "siming", "海沧": "haicang", "湖里": "huli", "集美": "jimei",
    "同安": "tongan", "翔安": "xiangan", "城厢": "chengxiang", "涵江": "hanjiang", "荔城": "licheng", "秀屿": "xiuyu", "仙游": "xianyou", "三元": "sanyuan",
    "沙县": "shaxian", "明溪": "mingxi", "清流": "qingliu", "宁化": "ninghua", "大田": "datian", "尤溪": "youxi", "将乐": "jiangle", "泰宁": "taining",
    "建宁": "jianning", "永安": "yongan", "鲤城": "licheng", "丰泽": "fengze", "洛江": "luojiang", "泉港": "quangang", "惠安": "huian", "安溪": "anxi",
    "永春": "yongchun", "德化": "dehua", "石狮": "shishi", "晋江": "jinjiang", "南安": "nanan", "芗城": "xiangcheng", "龙文": "longwen", "龙海": "longhai",
    "长泰": "changtai", "云霄": "yunxiao", "漳浦": "zhangpu", "诏安": "zhaoan", "东山": "dongshan", "南靖": "nanjing", "平和": "pinghe", "华安": "huaan",
    "延平": "yanping", "建阳": "jianyang", "顺昌": "shunchang", "浦城": "pucheng", "光泽": "guangze", "松溪": "songxi", "政和": "zhenghe", "邵武": "shaowu",
    "武夷山": "wuyishan", "建瓯": "jianou", "新罗": "xinluo", "永定": "yongding", "长汀": "changting", "上杭": "shanghang", "武平": "wuping", "连城": "liancheng",
    "漳平": "zhangping", "蕉城": "jiaocheng", "霞浦": "xiapu", "古田": "gutian", "屏南": "pingnan", "寿宁": "shouning", "周宁": "zhouning", "柘荣": "zherong",
    "福安": "fuan", "福鼎": "fuding", "平潭": "pingtan", "福州市": "fuzhou", "厦门市": "xiamen", "莆田市": "putian", "三明市": "sanming", "泉州市": "quanzhou",
    "漳州市": "zhangzhou", "南平市": "nanping", "龙岩市": "longyan", "宁德市": "ningde",
}  # fmt: skip
