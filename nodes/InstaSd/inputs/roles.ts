import type { ApiInput, InputType, Role } from './inputTypes';

/**
 * What people call an input in Chinese, Japanese, Korean, German, French, Spanish, Portuguese and Russian, in this order: whole
 * titles, normalised. Part of a title would not do: 图片尺寸 is the size of an image, and 反向提示词 what it must not show.
 */
const called: Readonly<Record<Role, string>> = {
	prompt:
		'提示词,提示詞,提示语,提示語,プロンプト,프롬프트,bildprompt,textprompt,prompt,invite,indicación,indicaciones,comando,промпт,промт,запрос',
	seed: '种子,種子,シード,シード値,시드,시드값,시드 값,zufallswert,zufallszahl,seedwert,graine,semilla,semente,сид,зерно',
	image:
		'图,图片,图像,圖,圖片,圖像,照片,画像,写真,이미지,사진,bild,foto,image,photo,imagen,imagem,изображение,картинка,фото',
	video: '视频,視頻,影片,動画,ビデオ,동영상,비디오,영상,video,vidéo,vídeo,видео',
};
/** What may stand before or behind such a title, saying which one: positive, random, input, reference. */
const which =
	'正向,正面,随机,隨機,输入,輸入,参考,參考,ポジティブ,ランダム,乱数,入力,参照,긍정,랜덤,무작위,입력,참조,참고,eingabe,referenz,produkt,texte du,texto del,texto do,aléatoire,aleatoria,aleatória,source,de référence,de referencia,de referência,d entrée,de entrada,url,link,позитивный,положительный,текстовый,случайный,случайное,исходное,входное';
/** Parts of titles, as patterns, of a prompt that does not say what to make: what to avoid, or who a language model is. */
const avoided =
	'n[eé]gati|\\bneg\\b|\\bsystem|avoid|unwanted|exclu|[负負避]|反[向面]|否定|排除|不[要想希需包含]|ネガ|除外|부정|네거티브|제외|피할|ausschl|unerw|vermeid|[eé]vit|негатив|отриц|исключ|избе';
/** The same of a setting of a prompt or seed: "Prompt strength", "Modo de seed", "Seed 模式". */
const setting =
	'^randomi[sz]e|(prompts?|seeds?) ?[的の]?(mode|type|strength|weight|scale|offset|count|increment|behavio|modus|stärke|gewicht|模式|[强強]度|[权權]重|モード|重み|강도|가중치|모드)|(\\bd(e|el|u|o)|\\bmod[eo]|режим|сила|вес) (prompt|seed)\\b';

const isWhich = new RegExp(
	`^(${which.replaceAll(',', '|')}) ?| (${which.replaceAll(',', '|')})$`,
	'g',
);
const isAvoided = new RegExp(avoided);
const isSetting = new RegExp(setting);

/** A title without the prefix of InstaSD's ComfyUI nodes: "InstaSD API Input - Seed" becomes "Seed". */
export function shortTitle(title: string): string {
	return title.trim().replace(/^InstaSD API Input - (?=\S)/, '');
}

/**
 * A title as titles are compared everywhere: in lower case, with one space between its words, as `noise_seed` and `noiseSeed`
 * have them, too. (SeedVR is one word, a model.)
 */
export function normalised(title: string): string {
	const words = title
		.normalize('NFKC')
		.replace(/\p{Ll}(?=\p{Lu}\p{Ll})|\p{Lu}(?=\p{Lu}\p{Ll}{2})/gu, '$& ')
		.toLowerCase()
		.replace(/[\s_-]+/g, ' ');
	return words.trim() || title.trim();
}

/** Whether a title names an input of this role, in one of the languages or, for a prompt or seed, by having that word. */
function isTitleOf(role: Role, title: string): boolean {
	// None is that long.
	if (title.length > 100) return false;
	const words = normalised(shortTitle(title));
	const bare = words
		.replace(/\([^()]*\)|\[[^[\]]*\]|【[^【】]*】/g, ' ')
		.replace(/[^\p{L}\p{M}]+/gu, ' ')
		.trim()
		.replace(isWhich, '');
	if (called[role].split(',').includes(bare)) return true;
	return english[role].test(words) && !isSetting.test(words);
}

/** Of an image or video, only one word may stand before it: "Image description" and "size of the image" are others. */
const english: Readonly<Record<Role, RegExp>> = {
	prompt: /(^|[^a-z])prompts?([^a-z]|$)/,
	// SeedEdit is a model.
	seed: /(^|[^a-z])seeds?(?! ?edit)([^a-z]|$)/,
	image: /\bload image\b|^(\w+ )?(image|photo|picture|mask)( \w{1,2})?( \(?(url|link)\)?)?$/,
	video: /\bload video\b|^(\w+ )?video( \w{1,2})?( \(?(url|link)\)?)?$/,
};

/** Whether a title says that an input is what to make, and not what to avoid. */
function isPromptTitle(title: string): boolean {
	return !isAvoided.test(normalised(title)) && isTitleOf('prompt', title);
}

export function isSeedTitle(title: string): boolean {
	return isTitleOf('seed', title);
}

const imageFile = /\.(png|jpe?g|webp|gif|bmp|avif)([?#]|$)|^data:image\//i;
const videoFile = /\.(mp4|webm|mov|mkv|avi)([?#]|$)|^data:video\//i;
/** InstaSD's own words for a file to give, whatever the title. */
const linkWanted = /^publicly available (?:url|link) (?:for|of|to) the (image|video)\W*$/i;
/** In a short text; a long one with these words is a prompt. */
const descriptionOfLink = /\b(url|link)\b.*\b(image|video)\b|\b(image|video)\b.*\b(url|link)\b/i;

/**
 * Infers an input's type from its title and sample value. A wrong guess would reject a valid value, so anything
 * uncertain is text; the example can override the type with a `"type"`.
 */
export function inferType(title: string, sample: unknown): InputType {
	if (typeof sample === 'boolean') return 'boolean';
	const integerSample =
		typeof sample === 'number' ? Number.isInteger(sample) : /^-?\d+$/.test(String(sample).trim());
	if (integerSample && isSeedTitle(title)) return 'seed';
	if (typeof sample === 'number') return /\binteger\b/i.test(title) ? 'integer' : 'number';
	if (typeof sample !== 'string') return 'text';
	const text = sample.trim();
	const isVideo = videoFile.test(text);
	const isImage = imageFile.test(text);
	const isDescribed = text.length < 100 && descriptionOfLink.test(text);
	if (/^(https?:\/\/\S+$|data:)/i.test(text)) {
		if (isVideo) return 'video';
		if (isImage) return 'image';
	} else if (text !== '' && !isVideo && !isImage && !isDescribed) {
		// With the title "Image" and the sample "a cat", the text describes a picture and is not one.
		return 'text';
	}
	if (isTitleOf('video', title)) return 'video';
	if (isTitleOf('image', title)) return 'image';
	const [, wanted = ''] = linkWanted.exec(text) ?? [];
	return /video/i.test(wanted) ? 'video' : wanted === '' ? 'text' : 'image';
}

/** What InstaSD's text nodes are called if nobody gave them another title. */
const untitledText = /^InstaSD API Input - (String|Multi Line Text)$/;

/**
 * The inputs that a role can mean; it is clear if it is just one. An input that is itself called like the role is meant
 * before all others; if its type is another one, the role means nothing.
 */
export function inputsInRole<T extends ApiInput>(inputs: readonly T[], role: Role): T[] {
	const isOfType = ({ type }: ApiInput) => type === (role === 'prompt' ? 'text' : role);
	const namesakes = inputs.filter(({ id, title }) =>
		[id, title, shortTitle(title)].some((name) => normalised(name) === role),
	);
	if (namesakes.length > 0) return namesakes.every(isOfType) ? namesakes : [];
	const fitting = inputs.filter(isOfType);
	if (role !== 'prompt') return fitting;
	// Else those with such a title; else those with a whole sentence and no title at all.
	const kinds = [
		promptsToGive(fitting),
		fitting.filter(({ title }) => isPromptTitle(title)),
		fitting.filter((input) => untitledText.test(input.title.trim()) && isSentence(input)),
	];
	return kinds.find(({ length }) => length > 0) ?? [];
}

/**
 * The prompts that the form asks for: n8n appends what is dragged onto a field to the text in it, so such a field starts
 * empty. They are the sentences with the title of a prompt. If no text has one, it is the only sentence, provided that its
 * title has no Latin letter, as one in a script of which this node knows only a few words, and that it has four words: more
 * than people call a style or a choice.
 */
export function promptsToGive<T extends ApiInput>(inputs: readonly T[]): T[] {
	const texts = inputs.filter(({ type }) => type === 'text');
	const prompts = texts.filter(({ title }) => isPromptTitle(title));
	if (prompts.length > 0) return prompts.filter(isSentence);
	const sentences = texts.filter(
		(text) => isSentence(text) && !isAvoided.test(normalised(text.title)),
	);
	const isForeign = ({ title }: ApiInput) =>
		/\p{L}/u.test(title) && !/\p{sc=Latin}/u.test(shortTitle(title));
	return sentences.length === 1
		? sentences.filter((input) => isForeign(input) && wordsIn(input) >= 4)
		: [];
}

/** Scripts that write several words without a space. */
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/gu;

/** Whether the sample of a text has several words. */
function isSentence(input: ApiInput): boolean {
	return wordsIn(input) > 1;
}

/** How many words the sample has, of which one is two signs where a script has no spaces. */
function wordsIn({ sample = '' }: ApiInput): number {
	const text = String(sample);
	const signs = text.match(unspaced)?.length ?? 0;
	const others = text
		.replace(unspaced, ' ')
		.split(/[\s,]+/)
		.filter((word) => /[\p{L}\p{N}]/u.test(word));
	return others.length + signs / 2;
}
