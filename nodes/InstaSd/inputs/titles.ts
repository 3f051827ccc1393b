import type { InputType, Role } from './inputTypes';

/**
 * What people of other languages call an input: whole titles, in lower case, without brackets, numbers and signs. Part of a
 * title would not do: 图片尺寸 is the size of an image, and 反向提示词 what it must not show.
 */
const titlesIn: Readonly<Record<string, Readonly<Record<Role, RegExp>>>> = {
	Chinese: {
		prompt: /^((正[向面])?提示[词詞语語])$/,
		seed: /^(([随隨][机機])?[种種]子)$/,
		image: /^(([输輸]入|[参參]考)?([图圖][片像]?|照片))$/,
		video: /^(([输輸]入|[参參]考)?([视視][频頻]|影片))$/,
	},
	Japanese: {
		prompt: /^((ポジティブ)? ?プロンプト)$/,
		seed: /^((ランダム|乱数)?シード値?)$/,
		image: /^((入力|参照|参考)?(画像|写真))$/,
		video: /^((入力|参照|参考)?(動画|ビデオ))$/,
	},
	Korean: {
		prompt: /^((긍정)? ?프롬프트)$/,
		seed: /^((랜덤|무작위)? ?시드 ?값?)$/,
		image: /^((입력|참조|참고)? ?(이미지|사진))$/,
		video: /^((입력|참조|참고)? ?(동영상|비디오|영상))$/,
	},
	German: {
		prompt: /^((bild|text)prompt)$/,
		seed: /^(zufalls(start)?(wert|zahl)|seedwert)$/,
		image: /^((eingabe|referenz|produkt)?(bild|foto))$/,
		video: /^((eingabe|referenz)?video)$/,
	},
	French: {
		prompt: /^((texte du )?prompt|invite)$/,
		seed: /^(graine( aléatoire)?)$/,
		image: /^((image|photo)( source| de référence| d entrée)?)$/,
		video: /^(vidéo( source| de référence| d entrée)?)$/,
	},
	Spanish: {
		prompt: /^((texto del )?prompt|indicaci(ón|ones))$/,
		seed: /^(semilla( aleatoria)?)$/,
		image: /^((imagen|foto)( de referencia| de entrada)?)$/,
		video: /^(v[ií]deo( de referencia| de entrada)?)$/,
	},
	Portuguese: {
		prompt: /^((texto do )?prompt|comando)$/,
		seed: /^(semente( aleatória)?)$/,
		image: /^((imagem|foto)( de referência| de entrada)?)$/,
		video: /^(v[ií]deo( de referência| de entrada)?)$/,
	},
	Russian: {
		prompt: /^((позитивный |положительный |текстовый )?(промп?т|запрос))$/,
		seed: /^((случайн(ый|ое) )?(сид|зерно))$/,
		image: /^((исходное |входное )?(изображение|фото)|картинка)$/,
		video: /^((исходное |входное )?видео)$/,
	},
};

/** A title without the prefix of InstaSD's ComfyUI nodes: "InstaSD API Input - Seed" becomes "Seed". */
export function shortTitle(title: string): string {
	return title.trim().replace(/^InstaSD API Input - (?=\S)/, '');
}

/** Whether a title is one of the table; none is that long. */
function isCalled(role: Role, title: string): boolean {
	if (title.length > 100) return false;
	const bare = shortTitle(title)
		.normalize('NFKC')
		.toLowerCase()
		.replace(/\([^()]*\)|\[[^[\]]*\]|【[^【】]*】/g, ' ')
		.replace(/[^\p{L}\p{M}]+/gu, ' ')
		.trim()
		.replace(/ (url|link)$/, '');
	return Object.values(titlesIn).some((words) => words[role].test(bare));
}

const namesPrompt = /(^|[^a-z])prompts?([^a-z]|$)/i;
const namesSeed = /(^|[^a-z])seed([^a-z]|$)/i;
const namesNegative =
	/n[eé]gati|(^|[^a-z])neg([^a-z]|$)|[负負]|反[向面]|否定|排除|ネガ|除外|부정|네거티브|제외|негатив|отриц|исключ/i;
/** Settings and switches of a prompt or seed: "Prompt strength", "Modo de seed", "Seed 模式". */
const isSetting =
	/^\W*randomi[sz]e\b|(prompts?|seed)[\s_-]*[的の]?(mode|type|strength|weight|scale|offset|count|increment|behaviou?r|modus|stärke|gewicht|模式|[强強]度|[权權]重|モード|重み|모드|강도|가중치|режим|сила|вес)|(\bd(e|el|u|o)|\bmod[eo]|режим|сила|вес)\s(prompt|seed)\b/i;

/** Whether a title says that an input is what to make, and not what to avoid. */
export function isPromptTitle(title: string): boolean {
	if (isNegativeTitle(title)) return false;
	return isCalled('prompt', title) || (namesPrompt.test(title) && !isSetting.test(title));
}

/** Whether a title says that an input is what to avoid. */
export function isNegativeTitle(title: string): boolean {
	return namesNegative.test(title);
}

export function isSeedTitle(title: string): boolean {
	return isCalled('seed', title) || (namesSeed.test(title) && !isSetting.test(title));
}

const imageTitle =
	/\bload image\b|^(\w+ )?(image|photo|picture|mask)( \w{1,2})?( \(?(url|link)\)?)?$/i;
const videoTitle = /\bload video\b|^(\w+ )?video( \w{1,2})?( \(?(url|link)\)?)?$/i;
const imageFile = /\.(png|jpe?g|webp|gif|bmp|avif)([?#]|$)|^data:image\//i;
const videoFile = /\.(mp4|webm|mov|mkv|avi)([?#]|$)|^data:video\//i;
/** InstaSD's own words for a file to give, whatever the title. */
const linkWanted = /^publicly available (?:url|link) (?:for|of|to) the (image|video)\W*$/i;
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
	if (/^(https?:\/\/\S+$|data:)/i.test(text)) {
		if (isVideo) return 'video';
		if (isImage) return 'image';
	} else if (text !== '' && !isVideo && !isImage && !describesLink(text)) {
		// With the title "Image" and the sample "a cat", the text describes a picture and is not one.
		return 'text';
	}
	if (videoTitle.test(title) || isCalled('video', title)) return 'video';
	if (imageTitle.test(title) || isCalled('image', title)) return 'image';
	const [, wanted = ''] = linkWanted.exec(text) ?? [];
	return /video/i.test(wanted) ? 'video' : wanted === '' ? 'text' : 'image';
}

/** Matches, for example, "publicly available URL for the image"; a long text with these words is a prompt. */
function describesLink(text: string): boolean {
	return text.length < 100 && descriptionOfLink.test(text);
}
